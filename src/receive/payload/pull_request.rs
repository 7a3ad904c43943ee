//! `pull_request`: opened, or with another head or base than before.

use super::account::Repository;
use super::text::Text;
use super::{Refusal, commit_of};
use crate::model::{Event, PullRequest};
use serde::Deserialize;
use serde::de::IgnoredAny;

const NAME: &str = "pull_request";

#[derive(Debug, Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    action: Text<'a>,
    number: i64,
    /// With `synchronize`: the head that was there.
    #[serde(borrow)]
    before: Option<Text<'a>>,
    changes: Option<Changes>,
    #[serde(borrow)]
    pull_request: Pull<'a>,
    #[serde(borrow)]
    repository: Repository<'a>,
}

/// With `edited`.
#[derive(Debug, Deserialize)]
struct Changes {
    base: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Pull<'a> {
    #[serde(borrow)]
    head: Tip<'a>,
    #[serde(borrow)]
    base: Tip<'a>,
}

#[derive(Debug, Deserialize)]
struct Tip<'a> {
    #[serde(borrow)]
    sha: Text<'a>,
    #[serde(borrow, rename = "ref")]
    git_ref: Text<'a>,
}

impl Payload<'_> {
    pub(super) fn into_event(self) -> Result<(Option<String>, Event), Refusal> {
        let action = Some(self.action.kept());
        if !self.is_news() {
            return Ok((action, Event::Nothing));
        }
        let before = self.before.as_ref().map(|before| commit_of(NAME, "before", before)).transpose()?;
        let pull = PullRequest {
            repository: self.repository.facts(),
            number: self.number,
            head: commit_of(NAME, "head.sha", &self.pull_request.head.sha)?,
            before,
            base: commit_of(NAME, "base.sha", &self.pull_request.base.sha)?,
            base_ref: self.pull_request.base.git_ref.kept(),
        };
        Ok((action, Event::PullRequest(pull)))
    }

    fn is_news(&self) -> bool {
        match &*self.action.0 {
            "opened" | "synchronize" | "reopened" => true,
            "edited" => self.changes.as_ref().is_some_and(|changes| changes.base.is_some()),
            _ => false,
        }
    }
}
