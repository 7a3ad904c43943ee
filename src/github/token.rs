//! Installation tokens: minted once however many ask at the same time, renewed before they expire, forgotten when refused.

use super::call::{self, Call};
use super::error::GitHubError;
use crate::model::InstallationId;
use chrono::{DateTime, TimeDelta, Utc};
use octocrab::Octocrab;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio::sync::Mutex;

/// A token that has less than this left is not begun with.
const RENEWED_BEFORE: TimeDelta = TimeDelta::minutes(5);

#[derive(Clone, Debug)]
struct Token {
    text: SecretString,
    expires: DateTime<Utc>,
}

/// One installation's token. Whoever finds none mints one while the others wait for it.
#[derive(Debug)]
pub(super) struct TokenCell {
    installation: InstallationId,
    token: Mutex<Option<Token>>,
}

impl TokenCell {
    pub(super) fn new(installation: InstallationId) -> Self {
        Self { installation, token: Mutex::new(None) }
    }

    pub(super) async fn get(&self, app: &Octocrab) -> Result<SecretString, GitHubError> {
        let mut token = self.token.lock().await;
        if let Some(good) = token.as_ref().filter(|token| token.expires - RENEWED_BEFORE > Utc::now()) {
            return Ok(good.text.clone());
        }
        let minted = self.mint(app).await?;
        Ok(token.insert(minted).text.clone())
    }

    /// Forgets `refused`, unless somebody has replaced it already.
    pub(super) async fn forget(&self, refused: &SecretString) {
        let mut token = self.token.lock().await;
        token.take_if(|held| held.text.expose_secret() == refused.expose_secret());
    }

    async fn mint(&self, app: &Octocrab) -> Result<Token, GitHubError> {
        let path = format!("/app/installations/{}/access_tokens", self.installation);
        let answer = call::send(app, &Call::post("access_tokens", path, json!({}))).await?.json()?;
        let text = answer["token"].as_str();
        let expires = answer["expires_at"].as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        match (text, expires) {
            (Some(text), Some(expires)) => Ok(Token { text: text.into(), expires: expires.to_utc() }),
            _ => Err(GitHubError::Unreadable("a token without its text or its expiry".to_owned())),
        }
    }
}
