//! The App's webhook: how GitHub sends.

use super::call::{Call, Endpoint, Form};
use super::client::GitHub;
use super::error::GitHubError;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use url::Url;

const PATH: &str = "/app/hook/config";
const SUBJECT: &str = "the App's webhook";

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct HookConfig {
    pub url: Option<Url>,
    pub content_type: Option<String>,
    /// Whether GitHub signs; what with, it never tells.
    #[serde(default, rename = "secret", deserialize_with = "is_set")]
    pub has_secret: bool,
    /// Whatever certificate the receiver shows is taken.
    #[serde(default, deserialize_with = "is_on")]
    pub insecure_ssl: bool,
}

fn is_set<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.is_some_and(|secret| !secret.is_empty()))
}

/// A number or a text.
fn is_on<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(value == json!(1) || value == json!("1"))
}

impl GitHub {
    pub async fn hook_config(&self) -> Result<HookConfig, GitHubError> {
        self.get(Endpoint::Hook, SUBJECT, PATH.to_owned()).await?.json(SUBJECT)
    }

    /// For an App that has none.
    pub async fn set_webhook_secret(&self, secret: &SecretString) -> Result<(), GitHubError> {
        let form = Form::Patch(PATH.to_owned(), json!({"secret": secret.expose_secret(), "content_type": "json"}));
        self.send(&Call::new(Endpoint::Hook, SUBJECT, form)).await?.accepted(SUBJECT, None).map(drop)
    }
}
