//! One installation of the App: its token goes with every call, its quota into the metrics.

use super::call::{Answer, Call, Endpoint, Form};
use super::client::GitHub;
use super::error::GitHubError;
use super::token::{Numbered, SignedIn, TokenCell};
use crate::model::InstallationId;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;

/// Cheap to clone, as [`GitHub`] is.
#[derive(Clone, Debug)]
pub struct InstallationClient {
    github: GitHub,
    id: InstallationId,
    token: Arc<TokenCell>,
}

/// Of any length and form: GitHub has changed both.
#[derive(Deserialize)]
struct Minted {
    token: String,
    expires_at: DateTime<Utc>,
}

impl InstallationClient {
    pub(super) fn new(github: GitHub, id: InstallationId, token: Arc<TokenCell>) -> Self {
        Self { github, id, token }
    }

    /// The answer, if it is a success. A refused token is replaced once: it may have been revoked before its time.
    pub(super) async fn ask(&self, call: &Call) -> Result<Answer, GitHubError> {
        let token = self.signed_in(None).await?;
        let mut answer = self.send(&token, call).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            let token = self.signed_in(Some(token.number)).await?;
            answer = self.send(&token, call).await?;
        }
        answer.accepted(&call.subject, Some(self.id))
    }

    async fn send(&self, token: &Numbered, call: &Call) -> Result<Answer, GitHubError> {
        let answer = self.github.send_as(&token.signed_in.client, call).await?;
        self.report_quota(&answer);
        Ok(answer)
    }

    async fn signed_in(&self, refused: Option<u64>) -> Result<Numbered, GitHubError> {
        self.token.get(refused, self.mint()).await
    }

    async fn mint(&self) -> Result<SignedIn, GitHubError> {
        let path = format!("/app/installations/{}/access_tokens", self.id);
        let call = Call::new(Endpoint::AccessToken, format!("installation {}", self.id), Form::Post(path, json!({})));
        let answer = self.github.send(&call).await?.accepted(&call.subject, Some(self.id))?;
        let minted: Minted = answer.json(&call.subject)?;
        let client = self.github.signed_in_with(minted.token)?;
        Ok(SignedIn { client, expires_at: minted.expires_at })
    }

    fn report_quota(&self, answer: &Answer) {
        let Some(left) = answer.number("x-ratelimit-remaining") else { return };
        let resource = answer.header("x-ratelimit-resource").unwrap_or("core").to_owned();
        metrics::gauge!(
            "dotcursor_github_quota_remaining", "installation" => self.id.to_string(), "resource" => resource
        )
        .set(left as f64);
    }
}
