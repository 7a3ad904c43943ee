//! Times as the databases keep them: UTC, to the microsecond.

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};

/// Now, cut to the microsecond: SQLite would keep nanoseconds, PostgreSQL would not, and the two must agree.
pub fn now() -> NaiveDateTime {
    Utc::now().naive_utc().trunc_subsecs(6)
}

/// RFC 3339 with a `Z`, for JSON.
pub fn rfc3339(time: NaiveDateTime) -> String {
    DateTime::<Utc>::from_naive_utc_and_offset(time, Utc).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
