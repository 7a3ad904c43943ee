//! What an answer's headers tell of the quota.

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use http::HeaderMap;

/// The least to wait after a secondary limit that names no time.
const SECONDARY_WAIT: TimeDelta = TimeDelta::seconds(60);
/// No answer makes us wait for longer than this.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(2);

/// When to ask again after a refusal for quota; `None` if it was not for quota.
/// The order is GitHub's: `retry-after`, else the reset where nothing remains, else a minute.
pub(super) fn refused_until(headers: &HeaderMap, message: &str) -> Option<NaiveDateTime> {
    let now = crate::model::time::now();
    let until = if let Some(seconds) = number(headers, "retry-after") {
        now + TimeDelta::try_seconds(seconds)?
    } else if number(headers, "x-ratelimit-remaining") == Some(0) {
        reset(headers).unwrap_or(now + SECONDARY_WAIT)
    } else if message.to_ascii_lowercase().contains("rate limit") {
        now + SECONDARY_WAIT
    } else {
        return None;
    };
    Some(until.clamp(now, now + LONGEST_WAIT))
}

fn reset(headers: &HeaderMap) -> Option<NaiveDateTime> {
    // One second more: GitHub's clock and ours differ.
    let seconds = number(headers, "x-ratelimit-reset")?.checked_add(1)?;
    DateTime::from_timestamp(seconds, 0).map(|time| time.naive_utc())
}

pub(super) fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}
