//! What an installation may see.

use super::call::{Call, Endpoint, Form};
use super::error::GitHubError;
use super::installation::InstallationClient;
use super::pages::PER_PAGE;
use crate::model::{RepositoryFacts, RepositoryId};
use serde::Deserialize;

#[derive(Deserialize)]
struct Page {
    repositories: Vec<Seen>,
}

#[derive(Deserialize)]
struct Seen {
    id: RepositoryId,
    full_name: String,
    private: bool,
    default_branch: Option<String>,
}

impl InstallationClient {
    /// All repositories of the installation: a call for each hundred.
    pub async fn repositories(&self) -> Result<Vec<RepositoryFacts>, GitHubError> {
        let mut all = Vec::new();
        let mut number = 1;
        loop {
            let path = format!("/installation/repositories?per_page={PER_PAGE}&page={number}");
            let subject = "the repositories of an installation";
            let answer = self.ask(&Call::new(Endpoint::InstallationRepositories, subject, Form::Get(path))).await?;
            let page: Page = answer.json(subject)?;
            let is_last = page.repositories.is_empty() || !answer.has_next_page();
            all.extend(page.repositories.into_iter().map(Seen::into_facts));
            if is_last {
                return Ok(all);
            }
            number += 1;
        }
    }
}

impl Seen {
    fn into_facts(self) -> RepositoryFacts {
        let Self { id, full_name, private, default_branch } = self;
        RepositoryFacts { id, full_name, private, default_branch }
    }
}
