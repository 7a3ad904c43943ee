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

const MEND: &str = "Expected is a number with a unit: 250ms, 90s, 10m, 2h or 30d";

pub(super) fn read(variables: &mut Variables<'_>) -> SyncConfig {
    let mut duration = |name, seconds| variables.parsed(name, MEND, Duration::from_secs(seconds), parse_duration);
    SyncConfig {
        interval: duration("DOTCURSOR_SYNC_INTERVAL", 600),
        read_lag: duration("DOTCURSOR_READ_LAG", 10),
        task_timeout: duration("DOTCURSOR_TASK_TIMEOUT", 60),
        history_retention: duration("DOTCURSOR_HISTORY_RETENTION", 30 * 86_400),
    }
}

/// `90s` → 90 seconds; `None` for anything else than a number with one of the units.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text.get(..digits)?.parse().ok()?;
    let seconds = match text.get(digits..)? {
        "ms" => return Some(Duration::from_millis(number)),
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    // A hundred years are enough, and keep what is added to a time in bounds.
    number.checked_mul(seconds).filter(|total| *total <= 100 * 366 * 86_400).map(Duration::from_secs)
}

/// As [`parse_duration`] reads it.
pub(super) fn show_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if duration.subsec_millis() > 0 {
        return format!("{}ms", duration.as_millis());
    }
    let units = [(86_400, "d"), (3_600, "h"), (60, "m")];
    let unit = units.iter().find(|(size, _)| seconds > 0 && seconds % size == 0);
    unit.map_or_else(|| format!("{seconds}s"), |(size, name)| format!("{}{name}", seconds / size))
}
