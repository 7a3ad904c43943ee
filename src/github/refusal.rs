//! What an answer that is no success means.

use super::call::Answer;
use super::error::{GitHubError, Unavailability};
use crate::model::InstallationId;
use crate::model::time::now;
use chrono::{DateTime, NaiveDateTime, TimeDelta};
use serde_json::Value;

/// Where GitHub does not say how long, it asks for at least a minute.
pub(super) const UNTOLD_WAIT: TimeDelta = TimeDelta::minutes(1);
/// Quotas are renewed every hour: a longer wait is a broken header, and would park a repository for good.
pub(super) const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(65);
const LONGEST_MESSAGE: usize = 300;

impl Answer {
    /// The answer if it is a success. `installation` is who asked, if it was not the App itself.
    pub(super) fn accepted(self, subject: &str, installation: Option<InstallationId>) -> Result<Self, GitHubError> {
        if self.status.is_success() { Ok(self) } else { Err(refusal(&self, subject, installation)) }
    }

    /// GitHub's own words, cut to a bearable length.
    pub(super) fn message(&self) -> String {
        let own = self.own_words();
        own.unwrap_or_else(|| shortened(self.status.canonical_reason().unwrap_or("no message")))
    }

    /// `None` if it is no answer of GitHub's API, but a page of whatever stands before it.
    fn own_words(&self) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["message"].as_str().map(shortened)
    }

    /// Says that there were too many calls, if the answer does.
    pub(super) fn rate_limit(&self, message: &str) -> Option<GitHubError> {
        let words = message.to_ascii_lowercase();
        let told = words.contains("rate limit") || words.contains("abuse") || self.status.as_u16() == 429;
        let too_many = told || self.is_used_up() || self.header("retry-after").is_some();
        too_many.then(|| self.too_many_calls(&words))
    }

    /// When calls are taken again, in GitHub's order: what it asks for, else the quota's reset, else a while.
    fn too_many_calls(&self, words: &str) -> GitHubError {
        let primary = self.is_used_up() || words.contains("api rate limit exceeded");
        let asked = self.number("retry-after").and_then(TimeDelta::try_seconds).map(|wait| now() + wait);
        let until = asked.or_else(|| self.reset().filter(|_| primary)).unwrap_or_else(|| now() + UNTOLD_WAIT);
        GitHubError::RateLimited { until: bounded(until), secondary: !primary || words.contains("secondary") }
    }

    fn is_used_up(&self) -> bool {
        self.number("x-ratelimit-remaining") == Some(0)
    }

    fn reset(&self) -> Option<NaiveDateTime> {
        DateTime::from_timestamp(self.number("x-ratelimit-reset")?, 0).map(|time| time.naive_utc())
    }
}

pub(super) fn shortened(words: &str) -> String {
    words.chars().take(LONGEST_MESSAGE).collect()
}

fn bounded(until: NaiveDateTime) -> NaiveDateTime {
    let now = now();
    until.clamp(now, now + LONGEST_WAIT)
}

fn refusal(answer: &Answer, subject: &str, installation: Option<InstallationId>) -> GitHubError {
    let subject = subject.to_owned();
    let message = answer.message();
    match answer.status.as_u16() {
        401 => GitHubError::Unauthorized { subject, message },
        403 | 429 => answer.rate_limit(&message).unwrap_or_else(|| forbidden(answer, subject, message, installation)),
        451 => GitHubError::Forbidden { subject, message, permissions: None },
        // A redirect leads away from a name that was given up; whoever asks finds the new one by the number. Only GitHub itself
        // is believed: what is gone is taken out of service, and a proxy without its server says so of everything.
        301 | 302 | 307 | 308 | 404 | 410 if answer.own_words().is_some() => GitHubError::NotFound { subject },
        422 => GitHubError::Rejected { subject, message },
        409 if message.contains("empty") => GitHubError::EmptyRepository { subject },
        status @ (300..=399 | 404 | 408 | 409 | 410 | 500..) => {
            GitHubError::Unavailable { subject, reason: Unavailability::Status(status) }
        }
        status => GitHubError::Unreadable { subject, reason: format!("status {status}: {message}") },
    }
}

fn forbidden(answer: &Answer, subject: String, message: String, installation: Option<InstallationId>) -> GitHubError {
    match installation {
        Some(installation) if message.contains("suspended") => GitHubError::Suspended { installation },
        _ => {
            let permissions = answer.header("x-accepted-github-permissions").map(str::to_owned);
            GitHubError::Forbidden { subject, message, permissions }
        }
    }
}
