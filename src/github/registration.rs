//! Registering the App by the manifest flow: where the browser is sent, and what its code is exchanged for.

use super::config::timeout;
use super::error::GitHubError;
use super::refusal::shortened;
use super::web::{at, client, send, web_url};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use url::Url;

/// A code is good for an hour, and once.
const SUBJECT: &str = "the code of a new App";

/// One GitHub on which the App can be registered.
#[derive(Clone, Debug)]
pub struct Registrar {
    http: reqwest::Client,
    api_url: Url,
}

/// What GitHub gives out about a new App, once.
#[derive(Clone, Debug, Deserialize)]
pub struct Registered {
    pub id: u64,
    /// Only one that may stand in an address.
    #[serde(default, deserialize_with = "slug")]
    pub slug: Option<String>,
    #[serde(deserialize_with = "name")]
    pub name: String,
    pub client_id: String,
    pub client_secret: SecretText,
    /// GitHub makes one for an App that has a webhook. One that could not be written down as it is counts as none.
    #[serde(default, deserialize_with = "webhook_secret")]
    pub webhook_secret: Option<SecretText>,
    pub pem: SecretText,
}

fn slug<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.filter(|slug| is_login(slug)))
}

fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(shortened(&String::deserialize(deserializer)?))
}

/// In the configuration commas separate secrets, and white space around one is none of it.
fn webhook_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretText>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let plain = |text: &String| !text.is_empty() && !text.contains(',') && text.trim() == text;
    Ok(text.filter(plain).map(SecretText::from))
}

/// A secret in an answer.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub struct SecretText(pub SecretString);

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl Registrar {
    /// `api_url` as in `GITHUB_API_URL`.
    pub fn new(api_url: Url) -> Result<Self, GitHubError> {
        Ok(Self { http: client(timeout(&api_url))?, api_url })
    }

    /// Where a form with the field `manifest` goes: the account that will own the App is the organization, or whoever
    /// is at the browser.
    pub fn form_url(&self, organization: Option<&str>, state: &str) -> Url {
        let path = match organization {
            Some(organization) => format!("organizations/{organization}/settings/apps/new"),
            None => "settings/apps/new".to_owned(),
        };
        let mut url = at(&web_url(&self.api_url), &path);
        url.query_pairs_mut().append_pair("state", state);
        url
    }

    /// Ends the registration: without it within an hour there is no App.
    pub async fn convert(&self, code: &str) -> Result<Registered, GitHubError> {
        let mut url = at(&self.api_url, "app-manifests");
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend([code, "conversions"]);
        }
        let request = self.http.post(url).header("accept", "application/vnd.github+json");
        let answer = send(SUBJECT, request).await?.accepted(SUBJECT, None).map_err(|error| match error {
            GitHubError::NotFound { subject } => {
                GitHubError::Rejected { subject, message: "it was used already, or is older than an hour".to_owned() }
            }
            other => other,
        })?;
        // The words of a reader could repeat a secret.
        answer.json(SUBJECT).map_err(|_| GitHubError::Unreadable {
            subject: SUBJECT.to_owned(),
            reason: "a field that an App has is missing".to_owned(),
        })
    }
}

/// A login as GitHub gives them out, so that it may stand in a path.
pub fn is_login(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    plain && !text.is_empty() && text.len() <= 100
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::api_url;

    #[test]
    fn the_form_goes_where_the_account_is() {
        let form = |web: &str, organization| {
            let registrar = Registrar::new(api_url(&Url::parse(web).unwrap())).unwrap();
            registrar.form_url(organization, "a b").to_string()
        };
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        assert_eq!(form("https://github.com", None), "https://github.com/settings/apps/new?state=a+b");
        assert_eq!(
            form("https://ghe.example.com/", Some("octo")),
            "https://ghe.example.com/organizations/octo/settings/apps/new?state=a+b"
        );
    }

    /// From a GitHub that is none, or something in between.
    #[test]
    fn of_what_is_given_out_only_what_can_be_kept_is_taken() {
        let read = |slug: &str, name: &str, secret: Option<&str>| {
            let app = serde_json::json!({
                "id": 7, "slug": slug, "name": name, "client_id": "i", "client_secret": "s", "webhook_secret": secret,
                "pem": "p", "html_url": "<script>",
            });
            serde_json::from_value::<Registered>(app).unwrap()
        };
        let good = read("my-app", "My App", Some("0a1b"));
        assert_eq!(
            (good.slug.as_deref(), good.name.as_str(), good.webhook_secret.is_some()),
            (Some("my-app"), "My App", true)
        );
        let odd = read("../../evil?x=", &"<b>".repeat(1 << 20), Some("a,b"));
        assert_eq!((odd.slug, odd.name.chars().count(), odd.webhook_secret.is_none()), (None, 300, true));
        assert!([None, Some(""), Some(" a")].into_iter().all(|secret| read("a", "A", secret).webhook_secret.is_none()));
        assert!(!format!("{:?}", read("a", "A", Some("hunter2"))).contains("hunter2"));
    }

    #[test]
    fn what_is_no_login_has_no_place_in_a_path() {
        assert!(is_login("octo-org") && is_login("mona_emu"));
        for text in ["", "..", "a/b", "a?b", "a b", "ü"] {
            assert!(!is_login(text), "{text}");
        }
    }
}
