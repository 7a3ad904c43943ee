//! How the App is reached.

use secrecy::SecretString;
use url::Url;

#[derive(Clone, Debug)]
pub struct GitHubConfig {
    pub app_id: u64,
    pub private_key_pem: SecretString,
    /// The base of the REST API: `https://api.github.com`, or `https://HOST/api/v3`.
    pub api_url: Url,
}

impl GitHubConfig {
    /// What `/graphql` is appended to. Enterprise Server has it beside the REST API's `/api/v3`, not below it.
    pub(super) fn graphql_base(&self) -> String {
        let base = self.rest_base();
        base.strip_suffix("/v3").unwrap_or(&base).to_owned()
    }

    pub(super) fn rest_base(&self) -> String {
        self.api_url.as_str().trim_end_matches('/').to_owned()
    }
}
