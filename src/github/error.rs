//! Why GitHub did not give what was asked for, as far as callers act on it.

use chrono::NaiveDateTime;

#[derive(Clone, Debug, thiserror::Error)]
pub enum GitHubError {
    #[error("GitHub's quota for this installation is used up until {until} UTC")]
    RateLimited { until: NaiveDateTime },
    #[error("GitHub says that there is no such thing, or that the App may not see it: {0}")]
    NotFound(String),
    #[error("the installation is suspended; its owner can resume it on GitHub")]
    Suspended,
    #[error("GitHub does not accept the App's key or token; check GITHUB_APP_ID, GITHUB_PRIVATE_KEY and the clock")]
    Unauthorized,
    /// A permission is missing.
    #[error("GitHub forbids it: {message}; permissions that would serve: {permissions}")]
    Forbidden { message: String, permissions: String },
    #[error("the repository is empty")]
    EmptyRepository,
    #[error("another repository has the name {0} by now")]
    OtherRepository(String),
    /// Down, too slow, or cut off.
    #[error("GitHub did not answer: {0}")]
    Unavailable(String),
    #[error("GitHub answered what its documentation does not say: {0}")]
    Unreadable(String),
    #[error("the App's key cannot be used: {0}")]
    Key(String),
}

impl GitHubError {
    /// When it is worth asking again, where GitHub tells.
    pub fn retry_at(&self) -> Option<NaiveDateTime> {
        match self {
            Self::RateLimited { until } => Some(*until),
            _ => None,
        }
    }
}
