//! The App itself, and where it is installed.

use super::call::{Answer, Call, Endpoint, Form};
use super::client::GitHub;
use super::error::GitHubError;
use super::pages::PER_PAGE;
use crate::model::{Account, InstallationId, ListedInstallation};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct App {
    pub id: i64,
    /// As it stands in the App's address on GitHub.
    pub slug: Option<String>,
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallationState {
    Active,
    Suspended,
    /// Uninstalled, or never there.
    Removed,
}

#[derive(Deserialize)]
struct Seen {
    id: InstallationId,
    account: Option<SeenAccount>,
    suspended_at: Option<String>,
    #[serde(default)]
    permissions: BTreeMap<String, String>,
}

/// A user or an organization has a login, an enterprise a slug.
#[derive(Deserialize)]
struct SeenAccount {
    login: Option<String>,
    slug: Option<String>,
}

impl GitHub {
    /// What GitHub knows the App as: shows that its id and key fit together.
    pub async fn app(&self) -> Result<App, GitHubError> {
        let subject = "the App";
        self.get(Endpoint::App, subject, "/app".to_owned()).await?.json(subject)
    }

    /// All installations: a call for each hundred.
    pub async fn installations(&self) -> Result<Vec<ListedInstallation>, GitHubError> {
        let subject = "the App's installations";
        let mut all = Vec::new();
        let mut number = 1;
        loop {
            let path = format!("/app/installations?per_page={PER_PAGE}&page={number}");
            let answer = self.get(Endpoint::Installations, subject, path).await?;
            let page: Vec<Seen> = answer.json(subject)?;
            let is_last = page.is_empty() || !answer.has_next_page();
            all.extend(page.into_iter().map(ListedInstallation::from));
            if is_last {
                return Ok(all);
            }
            number += 1;
        }
    }

    pub async fn installation_state(&self, id: InstallationId) -> Result<InstallationState, GitHubError> {
        let subject = format!("installation {id}");
        match self.get(Endpoint::Installations, &subject, format!("/app/installations/{id}")).await {
            Ok(answer) => {
                let seen: Seen = answer.json(&subject)?;
                let suspended = seen.suspended_at.is_some();
                Ok(if suspended { InstallationState::Suspended } else { InstallationState::Active })
            }
            Err(GitHubError::NotFound { .. }) => Ok(InstallationState::Removed),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn get(&self, endpoint: Endpoint, subject: &str, path: String) -> Result<Answer, GitHubError> {
        self.send(&Call::new(endpoint, subject, Form::Get(path))).await?.accepted(subject, None)
    }
}

impl From<Seen> for ListedInstallation {
    fn from(seen: Seen) -> Self {
        let login = seen.account.and_then(|account| account.login.or(account.slug)).unwrap_or_default();
        let permissions: Vec<String> = seen.permissions.iter().map(|(name, level)| format!("{name}:{level}")).collect();
        Self {
            account: Account { installation: seen.id, login },
            suspended: seen.suspended_at.is_some(),
            permissions: permissions.join(" "),
        }
    }
}
