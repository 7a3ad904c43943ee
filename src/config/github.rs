//! The App as GitHub knows it.

use super::http::plain_url;
use super::stored_app::{StoredApp, StoredAppError};
use super::variables::Variables;
use secrecy::SecretString;
use std::path::Path;
use url::Url;

#[derive(Clone, Debug)]
pub struct AppConfig {
    /// `GITHUB_APP_ID`
    pub id: u64,
    /// `GITHUB_PRIVATE_KEY`: the PEM itself, or the path of a file that holds it.
    pub private_key: SecretString,
    /// `GITHUB_WEBHOOK_SECRET`, comma separated while rotating: each of them is good.
    pub webhook_secrets: Vec<SecretString>,
    /// `GITHUB_API_URL`, for Enterprise Server and stand-ins.
    pub api_url: Url,
    /// As it stands in the App's address on GitHub, where the App was set up here.
    pub slug: Option<String>,
}

/// What was set up at `/setup` counts where the environment says nothing.
pub(super) fn fall_back_on_stored(variables: &mut Variables<'_>, data_dir: &Path) {
    match StoredApp::read(data_dir) {
        Ok(Some(stored)) => variables.fall_back_on(stored),
        Ok(None) => {}
        Err(error) => {
            let mend = match error {
                StoredAppError::Unreadable { .. } => "Name a folder whose files this process may read and write",
                StoredAppError::Malformed { .. } => "Delete that file and set the App up again at /setup, or mend it",
            };
            variables.problem("DOTCURSOR_DATA_DIR", error.to_string(), mend);
        }
    }
}

const APP_VARIABLES: [&str; 3] = ["GITHUB_APP_ID", "GITHUB_PRIVATE_KEY", "GITHUB_WEBHOOK_SECRET"];

/// `None` if nothing of the App is set; with one of the three all are asked for.
pub(super) fn read(variables: &mut Variables<'_>, api_url: Option<Url>) -> Option<AppConfig> {
    if APP_VARIABLES.iter().all(|name| variables.text(name).is_none()) {
        return None;
    }
    let id = variables.parsed("GITHUB_APP_ID", "Expected is the number on the App's settings page", None, |text| {
        text.parse::<u64>().ok().map(Some)
    });
    let private_key = private_key(variables);
    let secrets = webhook_secrets(variables);
    for (name, is_set) in [("GITHUB_APP_ID", id.is_some()), ("GITHUB_PRIVATE_KEY", private_key.is_some())] {
        if !is_set && variables.text(name).is_none() {
            variables.problem(name, "it is not set", "Take it from the App's settings page");
        }
    }
    if secrets.is_empty() {
        variables.problem("GITHUB_WEBHOOK_SECRET", "it is not set", "Set the one from the App's settings page");
    }
    let slug = variables.stored().and_then(|stored| stored.slug.clone());
    Some(AppConfig { id: id?, private_key: private_key?, webhook_secrets: secrets, api_url: api_url?, slug })
}

pub(super) fn api_url(variables: &mut Variables<'_>) -> Option<Url> {
    variables.parsed(
        "GITHUB_API_URL",
        "Expected is https://api.github.com, or https://HOST/api/v3 for Enterprise Server, without user and password",
        Url::parse("https://api.github.com").ok(),
        |text| plain_url(text).map(Some),
    )
}

fn private_key(variables: &mut Variables<'_>) -> Option<SecretString> {
    let text = variables.text("GITHUB_PRIVATE_KEY")?;
    if text.contains("-----BEGIN") {
        // Some ways of setting variables keep `\n` as two characters.
        return Some(text.replace("\\n", "\n").into());
    }
    match std::fs::read_to_string(&text) {
        Ok(pem) if pem.contains("-----BEGIN") => Some(pem.into()),
        Ok(_) => {
            variables.problem("GITHUB_PRIVATE_KEY", format!("{text} holds no PEM"), "Give the .pem file from GitHub");
            None
        }
        Err(error) => {
            let mend = "Give the PEM itself, or the path of the .pem file that GitHub let you download";
            // What cannot be read may be a key that was pasted wrongly: it is not repeated.
            variables.problem("GITHUB_PRIVATE_KEY", format!("it is no PEM, and as a path: {error}"), mend);
            None
        }
    }
}

fn webhook_secrets(variables: &mut Variables<'_>) -> Vec<SecretString> {
    let text = variables.text("GITHUB_WEBHOOK_SECRET").unwrap_or_default();
    text.split(',').map(str::trim).filter(|secret| !secret.is_empty()).map(SecretString::from).collect()
}
