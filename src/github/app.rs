//! The App itself, and where it is installed.

use super::call::{Answer, Call, Endpoint, Form};
use super::client::GitHub;
use super::error::GitHubError;
use super::pages::PER_PAGE;
use crate::model::{Account, InstallationId, ListedInstallation};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct App {
    pub id: i64,
    /// As it stands in the App's address on GitHub.
    pub slug: Option<String>,
    pub name: String,
    #[serde(flatten)]
    pub grants: Grants,
}

/// What the App may do, and what it hears of: by its own settings, or in one installation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Grants {
    /// `contents` → `read`
    #[serde(default)]
    pub permissions: BTreeMap<String, String>,
    #[serde(default)]
    pub events: BTreeSet<String>,
}

/// As [`GitHub::installations`] tells of it, and what it grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    pub id: InstallationId,
    /// Login of the user or organization.
    pub account: String,
    pub suspended: bool,
    pub grants: Grants,
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
    #[serde(flatten)]
    grants: Grants,
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

    /// The App as [`Self::app`] tells it, and what GitHub's clock showed, also if GitHub refuses.
    pub async fn app_and_time(&self) -> Result<(Result<App, GitHubError>, Option<DateTime<Utc>>), GitHubError> {
        let subject = "the App";
        let answer = self.send(&Call::new(Endpoint::App, subject, Form::Get("/app".to_owned()))).await?;
        let date = answer.header("date").and_then(|text| DateTime::parse_from_rfc2822(text).ok());
        let app = answer.accepted(subject, None).and_then(|answer| answer.json(subject));
        Ok((app, date.map(|date| date.to_utc())))
    }

    /// All installations: a call for each hundred.
    pub async fn installations(&self) -> Result<Vec<ListedInstallation>, GitHubError> {
        Ok(self.seen_installations().await?.into_iter().map(ListedInstallation::from).collect())
    }

    /// The same, with all that each grants.
    pub async fn granting_installations(&self) -> Result<Vec<Installation>, GitHubError> {
        Ok(self.seen_installations().await?.into_iter().map(Installation::from).collect())
    }

    async fn seen_installations(&self) -> Result<Vec<Seen>, GitHubError> {
        let subject = "the App's installations";
        let mut all = Vec::new();
        let mut number = 1;
        loop {
            let path = format!("/app/installations?per_page={PER_PAGE}&page={number}");
            let answer = self.get(Endpoint::Installations, subject, path).await?;
            let page: Vec<Seen> = answer.json(subject)?;
            let is_last = page.is_empty() || !answer.has_next_page();
            all.extend(page);
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

impl Seen {
    fn login(&self) -> String {
        let account = self.account.as_ref();
        account.and_then(|account| account.login.as_ref().or(account.slug.as_ref())).cloned().unwrap_or_default()
    }
}

impl From<Seen> for Installation {
    fn from(seen: Seen) -> Self {
        Self { id: seen.id, account: seen.login(), suspended: seen.suspended_at.is_some(), grants: seen.grants }
    }
}

impl From<Seen> for ListedInstallation {
    fn from(seen: Seen) -> Self {
        let granted = seen.grants.permissions.iter();
        let permissions: Vec<String> = granted.map(|(name, level)| format!("{name}:{level}")).collect();
        Self {
            account: Account { installation: seen.id, login: seen.login() },
            suspended: seen.suspended_at.is_some(),
            permissions: permissions.join(" "),
        }
    }
}
