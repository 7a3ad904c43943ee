//! What is known of the calls that an installation may still make.

use super::InstallationId;
use chrono::{NaiveDateTime, TimeDelta, Timelike};

/// Two answers of the same hour differ in its end by seconds at most, those of two hours by an hour.
const SAME_HOUR: TimeDelta = TimeDelta::seconds(5);

/// An hour's calls of one kind, as an answer told of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub hourly: i64,
    pub remaining: i64,
    pub resets_at: NaiveDateTime,
}

impl Allowance {
    /// What is known once an answer has `told`. Of the same hour the lower number counts, since answers overtake each other.
    pub fn after(told: Self, before: Option<Self>) -> Self {
        match before {
            Some(before) if (told.resets_at - before.resets_at).abs() <= SAME_HOUR => {
                Self { remaining: told.remaining.min(before.remaining), ..told }
            }
            _ => told,
        }
    }
}

/// What was asked in one minute, in GitHub's points: a read is one, a write five.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Points {
    pub minute: NaiveDateTime,
    pub core: i64,
    pub graphql: i64,
}

impl Points {
    /// None yet, in the minute of this time.
    pub fn none_at(time: NaiveDateTime) -> Self {
        let minute = time.with_second(0).and_then(|time| time.with_nanosecond(0)).unwrap_or(time);
        Self { minute, core: 0, graphql: 0 }
    }

    /// Both, if they are of the same minute; else those of the later one.
    pub fn and(self, other: Self) -> Self {
        match self.minute.cmp(&other.minute) {
            std::cmp::Ordering::Less => other,
            std::cmp::Ordering::Greater => self,
            std::cmp::Ordering::Equal => {
                Self { minute: self.minute, core: self.core + other.core, graphql: self.graphql + other.graphql }
            }
        }
    }

    pub fn minute_ends(self) -> NaiveDateTime {
        self.minute + TimeDelta::minutes(1)
    }
}

/// All of it, as processes tell each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    pub installation: InstallationId,
    pub core: Option<Allowance>,
    pub graphql: Option<Allowance>,
    /// GitHub asked not to be asked before this time.
    pub blocked_until: Option<NaiveDateTime>,
    pub points: Points,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::now;

    #[test]
    fn answers_of_one_hour_may_overtake_each_other() {
        let resets_at = now() + TimeDelta::minutes(20);
        let told = |remaining, resets_at| Allowance { hourly: 5_000, remaining, resets_at };
        let first = told(80, resets_at);
        assert_eq!(Allowance::after(told(90, resets_at + TimeDelta::seconds(1)), Some(first)).remaining, 80);
        assert_eq!(Allowance::after(told(70, resets_at), Some(first)).remaining, 70);
        let next_hour = told(4_999, resets_at + TimeDelta::hours(1));
        assert_eq!(Allowance::after(next_hour, Some(first)), next_hour);
    }

    #[test]
    fn points_of_one_minute_add_up_and_the_next_begins_anew() {
        let minute = Points::none_at(now()).minute;
        let some = Points { minute, core: 2, graphql: 3 };
        assert_eq!(some.and(some), Points { minute, core: 4, graphql: 6 });
        let later = Points { minute: some.minute_ends(), core: 1, graphql: 0 };
        assert_eq!((some.and(later), later.and(some)), (later, later));
    }
}
