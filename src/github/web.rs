//! Where people and programs find one GitHub, and calls that no key of the App signs.

use super::call::Answer;
use super::error::{GitHubError, Unavailability};
use super::transport::root_cause;
use std::time::Duration;
use url::Url;

const LARGEST_BODY: usize = 8 << 20;
const API_PATH: &str = "/api/v3";

/// People are sent to `github.com`, or to the host of Enterprise Server without the API's path.
pub fn web_url(api_url: &Url) -> Url {
    let mut url = api_url.clone();
    let path = api_url.path().trim_end_matches('/');
    let path = path.strip_suffix(API_PATH).unwrap_or(path).to_owned();
    url.set_path(&path);
    if let Some(host) = api_url.host_str().and_then(|host| host.strip_prefix("api.")) {
        // `api.github.com`, and `api.TENANT.ghe.com`. A host that was good stays good without its first part.
        let _ = url.set_host(Some(host));
    }
    url
}

/// The API of the GitHub that people find there: the way back of [`web_url`].
pub fn api_url(web_url: &Url) -> Url {
    let mut url = web_url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let host = web_url.host_str().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    if host == "github.com" || host.ends_with(".ghe.com") {
        let host = if host.starts_with("api.") { host.to_owned() } else { format!("api.{host}") };
        // A host that was good stays good with a part before it.
        let _ = url.set_host(Some(&host));
        url.set_path("");
    } else if host != "api.github.com" {
        let path = web_url.path().trim_end_matches('/');
        url.set_path(&format!("{}{API_PATH}", path.strip_suffix(API_PATH).unwrap_or(path)));
    }
    url
}

/// A path below the base, which may have a path of its own; `path` may bring its query.
pub(super) fn at(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url.set_query(query);
    url
}

/// Follows nothing: a secret goes nowhere but to the address that is known.
pub(super) fn client(timeout: Duration) -> Result<reqwest::Client, GitHubError> {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(timeout);
    let builder = builder.user_agent(concat!("dotcursor/", env!("CARGO_PKG_VERSION")));
    builder.build().map_err(|error| GitHubError::Misconfigured { reason: root_cause(&error) })
}

pub(super) async fn send(subject: &str, request: reqwest::RequestBuilder) -> Result<Answer, GitHubError> {
    let failed = |error: reqwest::Error| GitHubError::Unavailable {
        subject: subject.to_owned(),
        // An address may have a code in it.
        reason: Unavailability::Connection(root_cause(&error.without_url())),
    };
    let mut response = request.send().await.map_err(failed)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST_BODY {
            let reason = format!("it is longer than {} MiB", LARGEST_BODY >> 20);
            return Err(GitHubError::Unreadable { subject: subject.to_owned(), reason });
        }
    }
    Ok(Answer { status, headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn people_are_sent_where_people_are() {
        let web = |api_url: &str| at(&web_url(&url(api_url)), "login").to_string();
        assert_eq!(web("https://api.github.com"), "https://github.com/login");
        assert_eq!(web("https://api.octo.ghe.com"), "https://octo.ghe.com/login");
        assert_eq!(web("https://ghe.example.com/api/v3/"), "https://ghe.example.com/login");
        assert_eq!(web("http://127.0.0.1:4000"), "http://127.0.0.1:4000/login");
    }

    #[test]
    fn programs_are_sent_where_programs_are() {
        let api = |web_url: &str| at(&api_url(&url(web_url)), "app").to_string();
        assert_eq!(api("https://github.com"), "https://api.github.com/app");
        assert_eq!(api("https://www.github.com/octo?x#y"), "https://api.github.com/app");
        assert_eq!(api("https://api.github.com/"), "https://api.github.com/app");
        assert_eq!(api("https://octo.ghe.com"), "https://api.octo.ghe.com/app");
        assert_eq!(api("https://ghe.example.com:8443/"), "https://ghe.example.com:8443/api/v3/app");
        assert_eq!(api("https://ghe.example.com/api/v3"), "https://ghe.example.com/api/v3/app");
    }

    #[test]
    fn a_query_stays_a_query() {
        let base = url("https://ghe.example.com/api/v3");
        assert_eq!(at(&base, "user?page=2").as_str(), "https://ghe.example.com/api/v3/user?page=2");
    }
}
