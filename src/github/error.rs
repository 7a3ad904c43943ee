//! Why GitHub did not give what was asked for, told apart as far as callers act on it.

use crate::model::{InstallationId, RepositoryId};
use chrono::NaiveDateTime;
use std::fmt;
use std::time::Duration;

/// No token and no key is ever part of one. `subject` says in words what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitHubError {
    /// `secondary`: too many calls at once, not too many in the hour.
    #[error("GitHub's rate limit is reached ({}); it takes calls again at {until} UTC", limit_name(*.secondary))]
    RateLimited { until: NaiveDateTime, secondary: bool },
    /// There are calls left, and they are kept for others.
    #[error("calls of GitHub are kept for people who wait; what nobody waits for goes on at {until} UTC")]
    HeldBack { until: NaiveDateTime },
    /// GitHub does not tell what is not there from what may not be seen.
    #[error("GitHub has no {subject}, or does not let this App see it")]
    NotFound { subject: String },
    #[error("installation {installation} is suspended; its owner can resume it in GitHub's settings")]
    Suspended { installation: InstallationId },
    #[error(
        "GitHub does not accept the App's key or token for {subject} ({message}); check GITHUB_APP_ID, GITHUB_PRIVATE_KEY and this machine's clock"
    )]
    Unauthorized { subject: String, message: String },
    #[error("GitHub forbids {subject}: {message}{}", permissions_hint(.permissions.as_deref()))]
    Forbidden {
        subject: String,
        message: String,
        /// `X-Accepted-GitHub-Permissions`: any of these would do.
        permissions: Option<String>,
    },
    #[error("there is no commit yet in the repository of {subject}")]
    EmptyRepository { subject: String },
    #[error("the name {full_name} belongs to repository {found} now, not to {asked}")]
    OtherRepository { full_name: String, asked: RepositoryId, found: RepositoryId },
    /// It may be there the next time.
    #[error("GitHub did not answer for {subject}: {reason}")]
    Unavailable { subject: String, reason: Unavailability },
    /// It understood, and does not take it: the same would be refused again.
    #[error("GitHub refuses {subject}: {message}")]
    Rejected { subject: String, message: String },
    #[error("GitHub's answer for {subject} is not what its documentation says: {reason}")]
    Unreadable { subject: String, reason: String },
    #[error("the client of GitHub cannot be made: {reason}")]
    Misconfigured { reason: String },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unavailability {
    Status(u16),
    Timeout(Duration),
    /// The connection was not made, or ended before the answer was whole.
    Connection(String),
    /// GraphQL gave up; it says so with status 200.
    Query(String),
}

impl GitHubError {
    /// When it is worth asking again, where GitHub tells.
    pub fn retry_at(&self) -> Option<NaiveDateTime> {
        match self {
            Self::RateLimited { until, .. } | Self::HeldBack { until } => Some(*until),
            _ => None,
        }
    }

    /// Whether it is no fault of what was asked for: the same may be given once GitHub, or the installation, is back in order.
    pub fn may_pass(&self) -> bool {
        self.concerns_every_call() || matches!(self, Self::Unavailable { .. })
    }

    /// Whether the next call, whatever it asks, would be refused as well.
    pub(super) fn concerns_every_call(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. } | Self::HeldBack { .. } | Self::Suspended { .. } | Self::Unauthorized { .. }
        )
    }
}

impl fmt::Display for Unavailability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status {status}"),
            Self::Timeout(limit) => write!(f, "nothing complete within {} s", limit.as_secs_f32()),
            Self::Connection(reason) => write!(f, "the connection failed ({reason})"),
            Self::Query(message) => write!(f, "{message}"),
        }
    }
}

fn limit_name(secondary: bool) -> &'static str {
    if secondary { "secondary" } else { "primary" }
}

fn permissions_hint(permissions: Option<&str>) -> String {
    permissions.map_or_else(String::new, |names| format!("; the App needs the permission {names}"))
}
