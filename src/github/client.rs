//! The App: signed in by its key, and the way to its installations.

use super::call::{Answer, Call};
use super::config::GitHubConfig;
use super::error::GitHubError;
use super::installation::InstallationClient;
use super::ledger::Ledger;
use super::token::TokenCell;
use super::transport::{Transport, root_cause};
use crate::model::{InstallationId, Quota};
use http::header::USER_AGENT;
use jsonwebtoken::EncodingKey;
use octocrab::Octocrab;
use octocrab::models::AppId;
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Cheap to clone; the clones share connections and tokens.
#[derive(Clone)]
pub struct GitHub {
    shared: Arc<Shared>,
}

struct Shared {
    /// Signs every call with a JSON web token, issued a minute ago and good for nine more.
    app: Octocrab,
    transport: Transport,
    tokens: Mutex<HashMap<InstallationId, Arc<TokenCell>>>,
    ledger: Ledger,
}

impl GitHub {
    /// Asks nothing of GitHub yet. Belongs inside a tokio runtime, which keeps the connections.
    pub fn new(config: &GitHubConfig) -> Result<Self, GitHubError> {
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(GitHubError::Misconfigured { reason: "there is no tokio runtime around it".to_owned() });
        }
        let app = sign_in(config)?;
        let transport = Transport::new(config);
        let shared = Shared { app, transport, tokens: Mutex::default(), ledger: Ledger::default() };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// One installation. Asks nothing of GitHub before its first call.
    pub fn installation(&self, id: InstallationId) -> InstallationClient {
        let mut tokens = self.shared.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let token = tokens.entry(id).or_default().clone();
        InstallationClient::new(self.clone(), id, token, self.shared.ledger.account(id))
    }

    /// What answers told of installations' calls since this was last asked, for other processes to know.
    pub fn changed_quotas(&self) -> Vec<Quota> {
        self.shared.ledger.take_changed()
    }

    /// What all processes together know of them.
    pub fn learn_quotas(&self, quotas: Vec<Quota>) {
        self.shared.ledger.learn(quotas);
    }

    /// As the App itself.
    pub(super) async fn send(&self, call: &Call) -> Result<Answer, GitHubError> {
        self.send_as(&self.shared.app, call).await
    }

    pub(super) async fn send_as(&self, client: &Octocrab, call: &Call) -> Result<Answer, GitHubError> {
        self.shared.transport.send(client, call).await
    }

    /// A client that shares the App's connections and signs its calls with this token.
    pub(super) fn signed_in_with(&self, token: String) -> Result<Octocrab, GitHubError> {
        let client = self.shared.app.user_access_token(token);
        client.map_err(|error| GitHubError::Misconfigured { reason: root_cause(&error) })
    }
}

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GitHub").field("transport", &self.shared.transport).finish_non_exhaustive()
    }
}

fn sign_in(config: &GitHubConfig) -> Result<Octocrab, GitHubError> {
    let pem = config.private_key_pem.expose_secret();
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|error| GitHubError::Misconfigured {
        reason: format!("GITHUB_PRIVATE_KEY is not an RSA key in PEM form ({error})"),
    })?;
    let unusable = |error: octocrab::Error| GitHubError::Misconfigured { reason: root_cause(&error) };
    Octocrab::builder()
        .base_uri(config.origin())
        .map_err(unusable)?
        .add_header(USER_AGENT, concat!("dotcursor/", env!("CARGO_PKG_VERSION")).to_owned())
        .set_connect_timeout(Some(config.timeout))
        .app(AppId(config.app_id), key)
        .build()
        .map_err(unusable)
}
