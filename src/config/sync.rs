//! How often and how patiently.

use super::variables::Variables;
use std::time::Duration;

#[derive(Clone, Debug)]
pub struct SyncConfig {
    /// `DOTCURSOR_SYNC_INTERVAL`: each tracked head is looked at this often, so that a lost webhook costs no more than this.
    pub interval: Duration,
    /// `DOTCURSOR_READ_LAG`: how long GitHub's replicas may lag behind a push that was delivered.
    pub read_lag: Duration,
    /// `DOTCURSOR_TASK_TIMEOUT`: a task that is out for longer is published again.
    pub task_timeout: Duration,
    /// `DOTCURSOR_HISTORY_RETENTION`: how long the history of a removed repository is kept.
    pub history_retention: Duration,
}

/// A hundred years are enough, and keep what is added to a time in bounds.
const LONGEST: Duration = Duration::from_secs(100 * 366 * 86_400);

const MEND: &str = "Expected is a number with a unit: 250ms, 90s, 10m, 2h or 30d";

pub(super) fn read(variables: &mut Variables<'_>) -> SyncConfig {
    let mut duration = |name, seconds, least_ms| {
        let read = |text: &str| parse_duration(text).filter(|read| *read >= Duration::from_millis(least_ms));
        variables.parsed(name, &format!("{MEND}; {least_ms}ms at least"), Duration::from_secs(seconds), read)
    };
    SyncConfig {
        interval: duration("DOTCURSOR_SYNC_INTERVAL", 600, 1_000),
        read_lag: duration("DOTCURSOR_READ_LAG", 10, 0),
        task_timeout: duration("DOTCURSOR_TASK_TIMEOUT", 60, 1_000),
        history_retention: duration("DOTCURSOR_HISTORY_RETENTION", 30 * 86_400, 0),
    }
}

/// `90s` → 90 seconds; `None` for anything else than a number with one of the units.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text.get(..digits)?.parse().ok()?;
    let milliseconds = match text.get(digits..)? {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(milliseconds).map(Duration::from_millis).filter(|read| *read <= LONGEST)
}

/// As [`parse_duration`] reads it.
pub(super) fn show_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if duration.subsec_millis() > 0 {
        return format!("{}ms", duration.as_millis());
    }
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let unit = units.iter().find(|(size, _)| seconds > 0 && seconds.is_multiple_of(*size));
    unit.map_or_else(|| format!("{seconds}s"), |(size, name)| format!("{}{name}", seconds / size))
}
