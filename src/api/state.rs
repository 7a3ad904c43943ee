//! What the handlers share.

use super::auth::Tokens;
use super::limit::Limits;
use super::session::Sessions;
use super::stream::Feeds;
use crate::cache::{Cache, Revisions};
use crate::github::UserFlow;
use crate::model::RepositoryId;
use crate::plan::comparison::Changed;
use crate::queue::{Announcer, Notice, Queue};
use crate::store::Store;
use crate::telemetry::Metrics;
use secrecy::SecretString;
use std::sync::Arc;
use url::Url;

/// Wakes whoever pays debts.
pub type Wake = Arc<dyn Fn(RepositoryId) + Send + Sync>;

#[derive(Clone)]
pub struct ApiState {
    pub(super) store: Store,
    pub(super) cache: Cache,
    pub(super) revisions: Revisions,
    pub(super) queue: Queue,
    pub(super) metrics: Metrics,
    pub(super) wake: Wake,
    pub(super) feeds: Feeds,
    announcer: Announcer,
    pub(super) tokens: Tokens,
    /// `None` while signing in is not set up.
    pub(super) sessions: Option<Sessions>,
    pub(super) limits: Option<Limits>,
    pub(super) public_url: Option<Url>,
    pub(super) cors_origins: Arc<[String]>,
}

impl std::fmt::Debug for ApiState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiState").finish_non_exhaustive()
    }
}

/// What the API is made of.
#[expect(missing_debug_implementations, reason = "it holds a closure and lives for one call")]
pub struct Parts {
    pub store: Store,
    pub cache: Cache,
    pub revisions: Revisions,
    pub queue: Queue,
    pub metrics: Metrics,
    pub wake: Wake,
    pub feeds: Feeds,
    pub announcer: Announcer,
    /// The administrator's token of the configuration.
    pub admin_token: Option<SecretString>,
}

/// Who may come in beside those with a token, and how often.
#[derive(Debug, Default)]
pub struct Doors {
    pub sign_in: Option<UserFlow>,
    pub public_url: Option<Url>,
    /// Requests a minute.
    pub rate_limit: Option<u32>,
    pub cors_origins: Vec<String>,
}

impl ApiState {
    /// After a commit that changed a workspace: here at once, and on every other instance.
    pub(super) fn announce_change(&self, changed: Changed) {
        self.revisions.learn(&changed.workspace, changed.revision);
        self.announcer.announce(Notice::Changed { workspace: changed.workspace, revision: changed.revision });
    }

    /// Without these nobody signs in, nobody is counted, and no page of another origin may ask.
    #[must_use]
    pub fn with_doors(self, doors: Doors) -> Self {
        Self {
            sessions: doors.sign_in.map(Sessions::new),
            limits: doors.rate_limit.map(Limits::new),
            public_url: doors.public_url,
            cors_origins: doors.cors_origins.into(),
            ..self
        }
    }

    /// Whether browsers reach this server over TLS, as far as the configuration tells.
    pub(super) fn is_https(&self) -> bool {
        self.public_url.as_ref().is_some_and(|url| url.scheme() == "https")
    }

    pub fn new(parts: Parts) -> Self {
        Self {
            tokens: Tokens::new(parts.admin_token.as_ref()),
            store: parts.store,
            cache: parts.cache,
            revisions: parts.revisions,
            queue: parts.queue,
            metrics: parts.metrics,
            wake: parts.wake,
            feeds: parts.feeds,
            sessions: None,
            limits: None,
            public_url: None,
            cors_origins: Arc::default(),
            announcer: parts.announcer,
        }
    }
}
