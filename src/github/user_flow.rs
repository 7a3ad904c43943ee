//! Signing people in: the App's user authorization flow, and what a signed-in user can reach through the App.

use super::call::Answer;
use super::error::GitHubError;
use super::pages::PER_PAGE;
use super::web::{at, client, send, web_url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// Whoever can reach more is shown what belongs to the first of them.
const MOST_REPOSITORIES: usize = 20_000;
/// Where GitHub does not say: the tokens of an App whose tokens never end.
const USUAL_LIFETIME: Duration = Duration::from_secs(8 * 3600);

#[derive(Clone, Debug)]
pub struct UserFlowConfig {
    pub client_id: String,
    pub client_secret: SecretString,
    /// `https://api.github.com`, or `https://HOST/api/v3` for Enterprise Server, or a stand-in's address.
    pub api_url: Url,
    pub timeout: Duration,
}

#[derive(Clone, Debug)]
pub struct UserFlow {
    http: reqwest::Client,
    client_id: String,
    client_secret: SecretString,
    api_url: Url,
    /// Where people are, as opposed to programs.
    web_url: Url,
}

/// What begins at one request of a browser and ends at another.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Comes back with the code.
    pub state: &'a str,
    /// Shown to GitHub only when the code is exchanged (PKCE).
    pub verifier: &'a str,
    /// Where GitHub sends the browser back to; the App's first callback URL if it is not said.
    pub redirect: Option<&'a str>,
}

/// A user's own token.
#[derive(Debug)]
pub struct UserToken {
    pub text: SecretString,
    pub lifetime: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct User {
    pub id: i64,
    pub login: String,
}

/// Repositories by GitHub's number, and whether the user may push there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reach(pub BTreeMap<i64, bool>);

/// GitHub answers 200 also where it refuses.
#[derive(Deserialize)]
struct Exchanged {
    access_token: Option<String>,
    expires_in: Option<u64>,
    error_description: Option<String>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Installations {
    installations: Vec<Installation>,
}

#[derive(Deserialize)]
struct Installation {
    id: i64,
}

#[derive(Deserialize)]
struct Repositories {
    repositories: Vec<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    id: i64,
    permissions: Option<Permissions>,
}

#[derive(Deserialize)]
struct Permissions {
    #[serde(default)]
    push: bool,
}

impl UserFlow {
    pub fn new(config: UserFlowConfig) -> Result<Self, GitHubError> {
        let http = client(config.timeout)?;
        let web_url = web_url(&config.api_url);
        let UserFlowConfig { client_id, client_secret, api_url, .. } = config;
        Ok(Self { http, client_id, client_secret, api_url, web_url })
    }

    /// Where the browser is sent. `challenge` is the digest of the attempt's verifier.
    pub fn authorize_url(&self, attempt: Attempt<'_>, challenge: &str) -> Url {
        let mut url = at(&self.web_url, "login/oauth/authorize");
        url.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("state", attempt.state)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256");
        if let Some(redirect) = attempt.redirect {
            url.query_pairs_mut().append_pair("redirect_uri", redirect);
        }
        url
    }

    /// The token that the code stands for.
    pub async fn exchange(&self, code: &str, attempt: Attempt<'_>) -> Result<UserToken, GitHubError> {
        let subject = "the code of a sign-in";
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("client_id", &self.client_id)
            .append_pair("client_secret", self.client_secret.expose_secret())
            .append_pair("code", code)
            .append_pair("code_verifier", attempt.verifier);
        if let Some(redirect) = attempt.redirect {
            form.append_pair("redirect_uri", redirect);
        }
        let request = self
            .http
            .post(at(&self.web_url, "login/oauth/access_token"))
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.finish());
        let answer = send(subject, request).await?.accepted(subject, None)?;
        let exchanged: Exchanged = answer.json(subject)?;
        match exchanged.access_token {
            Some(text) => Ok(UserToken {
                text: text.into(),
                lifetime: exchanged.expires_in.map_or(USUAL_LIFETIME, Duration::from_secs).min(USUAL_LIFETIME),
            }),
            None => {
                let message = exchanged.error_description.or(exchanged.error).unwrap_or_default();
                Err(GitHubError::Unauthorized { subject: subject.to_owned(), message })
            }
        }
    }

    pub async fn user(&self, token: &SecretString) -> Result<User, GitHubError> {
        let subject = "the user who signs in";
        self.get(subject, "user", token).await?.json(subject)
    }

    /// All repositories that the user can reach through the App: a call for each installation, and each hundred.
    pub async fn reach(&self, token: &SecretString) -> Result<Reach, GitHubError> {
        let mut reach = Reach::default();
        for installation in self.installations(token).await? {
            self.add_repositories(token, installation, &mut reach).await?;
            if reach.0.len() >= MOST_REPOSITORIES {
                break;
            }
        }
        Ok(reach)
    }

    async fn installations(&self, token: &SecretString) -> Result<Vec<i64>, GitHubError> {
        let subject = "a user's installations";
        let mut all = Vec::new();
        for number in 1.. {
            let path = format!("user/installations?per_page={PER_PAGE}&page={number}");
            let answer = self.get(subject, &path, token).await?;
            let page: Installations = answer.json(subject)?;
            let is_last = page.installations.is_empty() || !answer.has_next_page();
            all.extend(page.installations.into_iter().map(|one| one.id));
            if is_last || all.len() >= MOST_REPOSITORIES {
                break;
            }
        }
        Ok(all)
    }

    async fn add_repositories(
        &self,
        token: &SecretString,
        installation: i64,
        reach: &mut Reach,
    ) -> Result<(), GitHubError> {
        let subject = "the repositories that a user can reach";
        for number in 1.. {
            let path = format!("user/installations/{installation}/repositories?per_page={PER_PAGE}&page={number}");
            let answer = match self.get(subject, &path, token).await {
                Ok(answer) => answer,
                // Uninstalled since the installations were listed, or kept from the user.
                Err(GitHubError::NotFound { .. } | GitHubError::Forbidden { .. }) => return Ok(()),
                Err(error) => return Err(error),
            };
            let page: Repositories = answer.json(subject)?;
            let is_last = page.repositories.is_empty() || !answer.has_next_page();
            let pushes = |one: &Repository| one.permissions.as_ref().is_some_and(|may| may.push);
            reach.0.extend(page.repositories.iter().map(|one| (one.id, pushes(one))));
            if is_last || reach.0.len() >= MOST_REPOSITORIES {
                break;
            }
        }
        Ok(())
    }

    async fn get(&self, subject: &str, path: &str, token: &SecretString) -> Result<Answer, GitHubError> {
        let request = self
            .http
            .get(at(&self.api_url, path))
            .header("accept", "application/vnd.github+json")
            .bearer_auth(token.expose_secret());
        send(subject, request).await?.accepted(subject, None)
    }
}
