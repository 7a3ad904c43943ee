//! What the client is made of.

use secrecy::SecretString;
use std::time::Duration;
use url::Url;

/// GitHub itself cuts a request off after ten seconds.
const USUAL_TIMEOUT: Duration = Duration::from_secs(10);
/// Enterprise Server does so after thirty, and then still says it.
const ENTERPRISE_TIMEOUT: Duration = Duration::from_secs(35);

/// The longest that one call may take, from connecting to the last byte.
pub fn timeout(api_url: &Url) -> Duration {
    let enterprise_server = api_url.path().trim_end_matches('/').ends_with("/api/v3");
    if enterprise_server { ENTERPRISE_TIMEOUT } else { USUAL_TIMEOUT }
}

#[derive(Clone, Debug)]
pub struct GitHubConfig {
    pub app_id: u64,
    pub private_key_pem: SecretString,
    /// `https://api.github.com`, or `https://HOST/api/v3` for Enterprise Server, or a stand-in's address.
    pub api_url: Url,
    /// The longest that one call may take, from connecting to the last byte.
    pub timeout: Duration,
}

impl GitHubConfig {
    /// With the timeout that goes with the address.
    pub fn new(app_id: u64, private_key_pem: SecretString, api_url: Url) -> Self {
        let timeout = timeout(&api_url);
        Self { app_id, private_key_pem, api_url, timeout }
    }

    /// Enterprise Server has GraphQL beside `/api/v3`, not below it.
    pub fn graphql_url(&self) -> Url {
        let mut url = self.api_url.clone();
        let base = url.path().trim_end_matches('/');
        let path = format!("{}/graphql", base.strip_suffix("/v3").unwrap_or(base));
        url.set_path(&path);
        url
    }

    /// The path that stands before every REST path; empty, or without a slash at its end.
    pub(super) fn rest_path(&self) -> &str {
        self.api_url.path().trim_end_matches('/')
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> String {
        self.api_url.origin().ascii_serialization()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(api_url: &str) -> GitHubConfig {
        GitHubConfig::new(1, SecretString::from(""), Url::parse(api_url).unwrap())
    }

    #[test]
    fn graphql_is_beside_the_rest_api() {
        let graphql = |api_url| at(api_url).graphql_url().to_string();
        assert_eq!(graphql("https://api.github.com"), "https://api.github.com/graphql");
        assert_eq!(graphql("https://ghe.example.com/api/v3"), "https://ghe.example.com/api/graphql");
        assert_eq!(graphql("https://ghe.example.com/api/v3/"), "https://ghe.example.com/api/graphql");
        assert_eq!(graphql("http://127.0.0.1:4000/"), "http://127.0.0.1:4000/graphql");
    }

    #[test]
    fn enterprise_server_is_given_more_time() {
        assert_eq!(at("https://api.github.com").timeout, Duration::from_secs(10));
        assert_eq!(at("https://ghe.example.com/api/v3/").timeout, Duration::from_secs(35));
    }

    #[test]
    fn rest_paths_keep_what_stands_before_them() {
        assert_eq!(at("https://ghe.example.com:8443/api/v3/").rest_path(), "/api/v3");
        assert_eq!(at("https://ghe.example.com:8443/api/v3/").origin(), "https://ghe.example.com:8443");
        assert_eq!(at("https://api.github.com").rest_path(), "");
    }
}
