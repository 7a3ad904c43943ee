//! What the handlers share.

use super::auth::Tokens;
use super::stream::Feeds;
use crate::cache::{Cache, Revisions};
use crate::model::RepositoryId;
use crate::queue::Queue;
use crate::store::Store;
use crate::telemetry::Metrics;
use secrecy::SecretString;
use std::sync::Arc;

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
    pub(super) tokens: Tokens,
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
    /// The administrator's token of the configuration.
    pub admin_token: Option<SecretString>,
}

impl ApiState {
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
        }
    }
}
