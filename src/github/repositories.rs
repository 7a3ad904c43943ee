//! What an installation may see.

use super::call::{Call, Endpoint, Form};
use super::error::GitHubError;
use super::installation::InstallationClient;
use super::pages::PER_PAGE;
use crate::model::{ListedRepository, RepositoryFacts, RepositoryId, RepositoryList};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Page {
    total_count: usize,
    repositories: Vec<Seen>,
}

#[derive(Deserialize)]
struct Seen {
    id: RepositoryId,
    full_name: String,
    private: bool,
    default_branch: Option<String>,
    #[serde(default)]
    archived: bool,
}

impl InstallationClient {
    /// All repositories of the installation: a call for each hundred.
    pub async fn repositories(&self) -> Result<RepositoryList, GitHubError> {
        let mut all: Vec<ListedRepository> = Vec::new();
        let mut totals = BTreeSet::new();
        let mut number = 1;
        loop {
            let path = format!("/installation/repositories?per_page={PER_PAGE}&page={number}");
            let subject = "the repositories of an installation";
            let answer = self.ask(&Call::new(Endpoint::InstallationRepositories, subject, Form::Get(path))).await?;
            let page: Page = answer.json(subject)?;
            let is_last = page.repositories.is_empty() || !answer.has_next_page();
            all.extend(page.repositories.into_iter().map(ListedRepository::from));
            totals.insert(page.total_count);
            if is_last {
                let distinct: BTreeSet<RepositoryId> = all.iter().map(|one| one.facts.id).collect();
                // One that went moves all behind it up, so that the next page leaves one out.
                let is_whole = totals.len() == 1 && totals.contains(&distinct.len());
                return Ok(RepositoryList { is_whole, repositories: all });
            }
            number += 1;
        }
    }
}

impl From<Seen> for ListedRepository {
    fn from(seen: Seen) -> Self {
        let Seen { id, full_name, private, default_branch, archived } = seen;
        Self { facts: RepositoryFacts { id, full_name, private, default_branch }, archived }
    }
}
