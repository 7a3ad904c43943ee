//! What the handlers share.

use super::auth::Tokens;
use super::error::ApiError;
use super::limit::Limits;
use super::session::Sessions;
use super::setup::Setup;
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
    /// `None` where there is an App.
    pub(super) setup: Option<Setup>,
    /// Where the App is installed, as far as it is known.
    pub(super) app_page: Option<String>,
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
    /// While there is no App.
    pub setup: Option<Setup>,
    /// Where the App is installed, as far as it is known.
    pub app_page: Option<String>,
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
            setup: doors.setup,
            app_page: doors.app_page,
            cors_origins: doors.cors_origins.into(),
            ..self
        }
    }

    /// For what nobody would do as long as there is no App.
    pub(super) fn needs_app(&self) -> Result<(), ApiError> {
        if self.setup.is_some() { Err(ApiError::NotSetUp) } else { Ok(()) }
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
            setup: None,
            app_page: None,
            cors_origins: Arc::default(),
            announcer: parts.announcer,
        }
    }
}
