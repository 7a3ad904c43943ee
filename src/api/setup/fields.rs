//! What people enter, and what is wrong with it.

use super::{Setup, webhook_url};
use crate::github::{api_url, is_login};
use serde::Deserialize;
use url::Url;

const GITHUB: &str = "https://github.com";

/// The fields of both forms, as they were sent; none of the secrets is shown again.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entered {
    /// Where the form has the field: not if the environment says which GitHub it is.
    pub github: String,
    pub organization: String,
    pub public_url: String,
    pub app_id: String,
    pub client_id: String,
    pub client_secret: String,
    pub webhook_secret: String,
    pub private_key: String,
}

/// A field by its label, and what is wrong with it.
pub(super) type Problem = (&'static str, String);

impl Entered {
    /// Fields that the form does not have are left out.
    pub(super) fn read(body: &[u8]) -> Result<Self, Problem> {
        serde_urlencoded::from_bytes(body).map_err(|error| ("The form", format!("it cannot be read: {error}")))
    }

    pub(super) fn github(&self) -> &str {
        Some(self.github.trim()).filter(|text| !text.is_empty()).unwrap_or(GITHUB)
    }

    /// The API of the GitHub that is meant.
    pub(super) fn api_url(&self, setup: &Setup, problems: &mut Vec<Problem>) -> Option<Url> {
        if let Some(configured) = &setup.0.api_url {
            return Some(configured.clone());
        }
        let found = plain_url(self.github()).map(|url| api_url(&url));
        if found.is_none() {
            problems.push(("GitHub", format!("expected is {GITHUB}, or the address of your Enterprise Server")));
        }
        found
    }

    pub(super) fn organization(&self, problems: &mut Vec<Problem>) -> Option<String> {
        let name = self.organization.trim();
        if !name.is_empty() && !is_login(name) {
            problems.push(("Organization", "expected is its name as in https://github.com/NAME, or nothing".into()));
        }
        Some(name.to_owned()).filter(|name| !name.is_empty())
    }

    /// Where GitHub is to reach this server.
    pub(super) fn public_url(&self, setup: &Setup, api: Option<&Url>, problems: &mut Vec<Problem>) -> Option<Url> {
        let configured = setup.0.public_url.clone();
        let found = configured.clone().or_else(|| plain_url(self.public_url.trim()));
        let refused = match &found {
            Some(url) => webhook_url::refusal(url, api),
            None => Some("expected is a URL such as https://registry.example.com".to_owned()),
        };
        if let Some(reason) = refused {
            let how = "set DOTCURSOR_PUBLIC_URL to another address, or unset it to enter one here, and start again";
            let mend = if configured.is_some() { format!("; {how}") } else { String::new() };
            problems.push(("Public address", format!("{reason}{mend}")));
            return None;
        }
        found
    }
}

/// An http(s) URL without user, password, query and fragment.
fn plain_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    (plain && url.query().is_none() && url.fragment().is_none()).then_some(url)
}
