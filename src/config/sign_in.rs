//! Signing in with GitHub.

use super::variables::Variables;
use secrecy::SecretString;
use url::Url;

#[derive(Clone, Debug)]
pub struct SignInConfig {
    /// `GITHUB_CLIENT_ID`
    pub client_id: String,
    /// `GITHUB_CLIENT_SECRET`
    pub client_secret: SecretString,
    /// `GITHUB_API_URL`
    pub api_url: Url,
}

/// `None` if neither is set; with one of the two the other is asked for.
pub(super) fn read(variables: &mut Variables<'_>, api_url: Option<Url>) -> Option<SignInConfig> {
    let names = ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"];
    let values = names.map(|name| variables.text(name));
    if values.iter().all(Option::is_none) {
        return None;
    }
    for (name, value) in names.into_iter().zip(&values) {
        if value.is_none() {
            variables.problem(name, "it is not set", "Take it from the App's settings page, or set neither");
        }
    }
    let [client_id, client_secret] = values;
    Some(SignInConfig { client_id: client_id?, client_secret: client_secret?.into(), api_url: api_url? })
}
