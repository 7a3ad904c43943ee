//! How long to wait before something that failed is tried again.

use chrono::{NaiveDateTime, TimeDelta};

/// Tests that wait for a task to be given up do not wait for a minute.
const FIRST_MS: i64 = if cfg!(feature = "hold") { 20 } else { 2_000 };
const LONGEST_MS: i64 = 600_000;

/// How often reading one file may fail before the task is given up (and stays visible).
pub const GIVEN_UP_AFTER: i32 = 6;

/// Doubles with each attempt up to ten minutes; between half of that and all of it, so that many that failed
/// together do not come back together.
pub fn delay(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(16);
    let full = FIRST_MS.saturating_mul(1 << doublings).min(LONGEST_MS);
    let jitter = rand::random_range(0..=full / 2);
    TimeDelta::milliseconds(full - jitter)
}

/// A time that many were told to wait for, a twentieth of the wait later at most: they do not come back all at once.
pub fn spread(now: NaiveDateTime, until: NaiveDateTime) -> NaiveDateTime {
    let wait = (until - now).num_milliseconds().max(0);
    until + TimeDelta::milliseconds(rand::random_range(0..=wait / 20))
}

/// GitHub's times are told by the clock of a process, and waited for by the database's: one that is over there already would be
/// tried again without end.
pub fn not_at_once(now: NaiveDateTime, until: NaiveDateTime) -> NaiveDateTime {
    until.max(now + TimeDelta::seconds(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_not_tried_at_once() {
        let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
        let second = TimeDelta::seconds(1);
        assert_eq!(not_at_once(now, now - TimeDelta::hours(1)), now + second);
        assert_eq!(not_at_once(now, now + second * 2), now + second * 2);
    }

    #[test]
    fn waits_grow_and_are_capped() {
        for attempts in 1..40 {
            let wait = delay(attempts).num_milliseconds();
            let full = (FIRST_MS << (attempts - 1).min(16)).min(LONGEST_MS);
            assert!((full / 2..=full).contains(&wait), "attempt {attempts} waits {wait} ms");
        }
    }
}
