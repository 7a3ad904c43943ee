//! The App.

use super::call::causes;
use super::config::GitHubConfig;
use super::error::GitHubError;
use super::installation::InstallationClient;
use super::token::TokenCell;
use crate::model::InstallationId;
use jsonwebtoken::EncodingKey;
use octocrab::Octocrab;
use octocrab::models::AppId;
use secrecy::ExposeSecret;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The App's client; cheap to clone.
#[derive(Clone)]
pub struct GitHub {
    clients: Arc<Clients>,
}

pub(super) struct Clients {
    /// Signed in as the App.
    pub(super) app: Octocrab,
    /// Signed in as nobody; an installation's token is put on for each call.
    pub(super) rest: Octocrab,
    pub(super) graphql: Octocrab,
    tokens: Mutex<HashMap<InstallationId, Arc<TokenCell>>>,
}

impl std::fmt::Debug for GitHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GitHub")
    }
}

impl GitHub {
    /// Calls nobody yet. Must be made inside a tokio runtime.
    pub fn new(config: &GitHubConfig) -> Result<Self, GitHubError> {
        let pem = config.private_key_pem.expose_secret();
        let key = EncodingKey::from_rsa_pem(pem.as_bytes()).map_err(|error| GitHubError::Key(error.to_string()))?;
        let clients = Clients {
            app: build(&config.rest_base(), Some((config.app_id, key)))?,
            rest: build(&config.rest_base(), None)?,
            graphql: build(&config.graphql_base(), None)?,
            tokens: Mutex::default(),
        };
        Ok(Self { clients: Arc::new(clients) })
    }

    /// One installation; nothing is asked of GitHub before its first call.
    pub fn installation(&self, installation: InstallationId) -> InstallationClient {
        let mut tokens = self.clients.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let cell = tokens.entry(installation).or_insert_with(|| Arc::new(TokenCell::new(installation)));
        InstallationClient::new(installation, self.clients.clone(), cell.clone())
    }
}

fn build(base: &str, app: Option<(u64, EncodingKey)>) -> Result<Octocrab, GitHubError> {
    let builder = Octocrab::builder()
        .base_uri(base)
        .map_err(|error| GitHubError::Key(causes(&error)))?
        .set_connect_timeout(Some(CONNECT_TIMEOUT));
    let builder = match app {
        Some((id, key)) => builder.app(AppId(id), key),
        None => builder,
    };
    builder.build().map_err(|error| GitHubError::Key(causes(&error)))
}
