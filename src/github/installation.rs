//! One installation of the App: its token on every call, its quota in the metrics.

use super::app::Clients;
use super::call::{self, Answer, Call, causes};
use super::error::GitHubError;
use super::quota;
use super::token::TokenCell;
use crate::model::{InstallationId, RepositoryId};
use octocrab::Octocrab;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::sync::Arc;

/// A repository by the number that stays and the name that it had when we last asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryRef {
    pub id: RepositoryId,
    pub full_name: String,
}

impl RepositoryRef {
    /// Owner and name.
    pub(super) fn parts(&self) -> (&str, &str) {
        self.full_name.split_once('/').unwrap_or((&self.full_name, ""))
    }
}

#[derive(Clone)]
pub struct InstallationClient {
    installation: InstallationId,
    clients: Arc<Clients>,
    token: Arc<TokenCell>,
}

impl std::fmt::Debug for InstallationClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InstallationClient").field("installation", &self.installation).finish_non_exhaustive()
    }
}

impl InstallationClient {
    pub(super) fn new(installation: InstallationId, clients: Arc<Clients>, token: Arc<TokenCell>) -> Self {
        Self { installation, clients, token }
    }

    pub(super) async fn rest(&self, call: &Call) -> Result<Answer, GitHubError> {
        self.send(&self.clients.rest, call).await
    }

    /// Runs a GraphQL query and returns its `data`. Errors about parts of it are let pass: those parts are null.
    pub(super) async fn graphql(&self, query: &str, variables: Value) -> Result<Value, GitHubError> {
        let call = Call::post("graphql", "/graphql", json!({"query": query, "variables": variables}));
        let answer = self.send(&self.clients.graphql, &call).await?;
        let mut body = answer.json()?;
        let data = body["data"].take();
        let Some(error) = body["errors"].as_array().and_then(|errors| errors.first()) else {
            return Ok(data);
        };
        let message = error["message"].as_str().unwrap_or_default();
        match error["type"].as_str() {
            Some("RATE_LIMITED") => {
                let until = quota::refused_until(&answer.headers, "rate limit").unwrap_or_else(crate::model::time::now);
                Err(GitHubError::RateLimited { until })
            }
            Some("NOT_FOUND") if data["repository"].is_null() => Err(GitHubError::NotFound(message.to_owned())),
            Some("FORBIDDEN") if data["repository"].is_null() => {
                Err(GitHubError::Forbidden { message: message.to_owned(), permissions: "not told".to_owned() })
            }
            _ if data["repository"].is_object() => Ok(data),
            _ => Err(GitHubError::Unreadable(message.chars().take(200).collect())),
        }
    }

    /// A token that GitHub refuses is replaced once: it may have been revoked before its time.
    async fn send(&self, root: &Octocrab, call: &Call) -> Result<Answer, GitHubError> {
        let token = self.token.get(&self.clients.app).await?;
        let answered = self.send_with(root, &token, call).await;
        if !matches!(answered, Err(GitHubError::Unauthorized)) {
            return answered;
        }
        self.token.forget(&token).await;
        let token = self.token.get(&self.clients.app).await?;
        self.send_with(root, &token, call).await
    }

    async fn send_with(
        &self,
        root: &Octocrab,
        token: &secrecy::SecretString,
        call: &Call,
    ) -> Result<Answer, GitHubError> {
        let client =
            root.user_access_token(token.expose_secret()).map_err(|error| GitHubError::Unreadable(causes(&error)))?;
        let answer = call::send(&client, call).await?;
        if let Some(left) = quota::number(&answer.headers, "x-ratelimit-remaining") {
            let installation = self.installation.to_string();
            metrics::gauge!("dotcursor_github_quota_remaining", "installation" => installation).set(left as f64);
        }
        Ok(answer)
    }
}
