//! Check runs: written in pieces of fifty annotations, found again by the id that we gave them.

use super::call::{Answer, Call, Endpoint, Form};
use super::error::GitHubError;
use super::installation::InstallationClient;
use super::pages::PER_PAGE;
use super::repository::RepositoryRef;
use crate::model::{Annotation, Conclusion};
use serde::Deserialize;
use serde_json::{Value, json};

/// What is written of a check run at once.
#[derive(Clone, Copy, Debug)]
pub struct CheckRun<'a> {
    pub name: &'a str,
    pub head: &'a str,
    pub external_id: &'a str,
    pub details_url: Option<&'a str>,
    /// `None` while more is to come.
    pub conclusion: Option<Conclusion>,
    pub title: &'a str,
    pub summary: &'a str,
    /// Added to those that it has. GitHub takes fifty.
    pub annotations: &'a [Annotation],
}

/// One that GitHub has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckSeen {
    pub id: i64,
    pub annotations: usize,
}

#[derive(Deserialize)]
struct Page {
    check_runs: Vec<Seen>,
}

#[derive(Deserialize)]
struct Seen {
    id: i64,
    external_id: Option<String>,
    output: Option<SeenOutput>,
}

#[derive(Deserialize)]
struct SeenOutput {
    annotations_count: Option<usize>,
}

impl InstallationClient {
    /// The check run of this name and external id on a commit. One call: of one name a commit has a few, far from a page.
    pub async fn find_check(
        &self,
        repository: &RepositoryRef,
        run: &CheckRun<'_>,
    ) -> Result<Option<CheckSeen>, GitHubError> {
        let query = format!("check_name={}&filter=all&per_page={PER_PAGE}", run.name);
        let form = |path: String| Form::Get(format!("{path}/commits/{}/check-runs?{query}", run.head));
        let page: Page = self.exchange_check(repository, run, form).await?.json("check runs")?;
        let ours = page.check_runs.into_iter().find(|seen| seen.external_id.as_deref() == Some(run.external_id));
        Ok(ours.map(CheckSeen::from))
    }

    /// GitHub's number of the new one.
    pub async fn create_check(&self, repository: &RepositoryRef, run: &CheckRun<'_>) -> Result<i64, GitHubError> {
        let form = |path: String| {
            let mut body = body(run);
            body["head_sha"] = run.head.into();
            Form::Post(format!("{path}/check-runs"), body)
        };
        let seen: Seen = self.exchange_check(repository, run, form).await?.json("the new check run")?;
        Ok(seen.id)
    }

    pub async fn update_check(
        &self,
        repository: &RepositoryRef,
        id: i64,
        run: &CheckRun<'_>,
    ) -> Result<(), GitHubError> {
        let form = |path: String| Form::Patch(format!("{path}/check-runs/{id}"), body(run));
        self.exchange_check(repository, run, form).await.map(drop)
    }

    /// `form` makes the request from the path of the repository.
    async fn exchange_check(
        &self,
        repository: &RepositoryRef,
        run: &CheckRun<'_>,
        form: impl Fn(String) -> Form,
    ) -> Result<Answer, GitHubError> {
        let call = |repository: &RepositoryRef| {
            let subject = format!("the check run on {} of {repository}", run.head);
            Ok(Call::new(Endpoint::CheckRun, subject, form(repository.path()?)))
        };
        self.by_name(repository, call).await
    }
}

impl From<Seen> for CheckSeen {
    fn from(seen: Seen) -> Self {
        let annotations = seen.output.and_then(|output| output.annotations_count).unwrap_or(0);
        Self { id: seen.id, annotations }
    }
}

fn body(run: &CheckRun<'_>) -> Value {
    let mut body = json!({
        "name": run.name,
        "external_id": run.external_id,
        "output": {"title": run.title, "summary": run.summary, "annotations": run.annotations},
    });
    match run.conclusion {
        Some(conclusion) => {
            body["status"] = "completed".into();
            body["conclusion"] = conclusion.as_str().into();
        }
        None => body["status"] = "in_progress".into(),
    }
    if let Some(url) = run.details_url {
        body["details_url"] = url.into();
    }
    body
}
