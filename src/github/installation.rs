//! One installation of the App: its token goes with every call, its quota into the metrics.

use super::call::{Answer, Call, Endpoint, Form, Resource};
use super::client::GitHub;
use super::error::GitHubError;
use super::ledger::Account;
use super::token::{Numbered, SignedIn, TokenCell};
use super::urgency::Urgency;
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
    account: Arc<Account>,
    urgency: Urgency,
}

/// Of any length and form: GitHub has changed both.
#[derive(Deserialize)]
struct Minted {
    token: String,
    expires_at: DateTime<Utc>,
}

impl InstallationClient {
    pub(super) fn new(github: GitHub, id: InstallationId, token: Arc<TokenCell>, account: Arc<Account>) -> Self {
        Self { github, id, token, account, urgency: Urgency::Person }
    }

    /// The same, for calls that so much waits for.
    pub fn with(self, urgency: Urgency) -> Self {
        Self { urgency, ..self }
    }

    pub fn id(&self) -> InstallationId {
        self.id
    }

    pub(super) fn urgency(&self) -> Urgency {
        self.urgency
    }

    /// The answer, if it is a success. A refused token is replaced once: it may have been revoked before its time.
    pub(super) async fn ask(&self, call: &Call) -> Result<Answer, GitHubError> {
        let _place = self.account.admit(call, self.urgency).await.inspect_err(|_| self.count_unsent(call))?;
        let token = self.signed_in(None).await?;
        let mut answer = self.send(&token, call).await?;
        if answer.status == StatusCode::UNAUTHORIZED {
            let token = self.signed_in(Some(token.number)).await?;
            answer = self.send(&token, call).await?;
        }
        let accepted = answer.accepted(&call.subject, Some(self.id)).map_err(|error| self.refused(error))?;
        self.account.went_well();
        Ok(accepted)
    }

    /// GitHub refused a call; what that means for the next ones is remembered.
    pub(super) fn refused(&self, error: GitHubError) -> GitHubError {
        self.account.refused(error)
    }

    async fn send(&self, token: &Numbered, call: &Call) -> Result<Answer, GitHubError> {
        let answer = self.github.send_as(&token.signed_in.client, call).await?;
        self.note_quota(call.resource(), &answer);
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

    fn count_unsent(&self, call: &Call) {
        let (resource, urgency) = (call.resource().as_str(), self.urgency.as_str());
        metrics::counter!("dotcursor_github_calls_unsent_total", "resource" => resource, "urgency" => urgency)
            .increment(1);
    }

    fn note_quota(&self, resource: Resource, answer: &Answer) {
        let Some(allowance) = self.account.note(resource, answer) else { return };
        let (installation, resource) = (self.id.to_string(), resource.as_str());
        let gauge = metrics::gauge!(
            "dotcursor_github_quota_remaining", "installation" => installation, "resource" => resource
        );
        gauge.set(allowance.remaining as f64);
    }
}
