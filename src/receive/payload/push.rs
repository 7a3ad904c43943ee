//! `push`: a branch or tag was made, moved or deleted.

use super::account::{Installation, Repository};
use super::text::Text;
use super::touched::Commits;
use super::{Refusal, commit_of};
use crate::model::{CommitSha, Push, ToolFolder, Touched};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Debug, Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow, rename = "ref")]
    git_ref: Text<'a>,
    #[serde(borrow)]
    before: Text<'a>,
    #[serde(borrow)]
    after: Text<'a>,
    /// Missing: nobody says that nothing was thrown away.
    forced: Option<bool>,
    commits: Option<Commits>,
    #[serde(borrow)]
    repository: Repository<'a>,
    #[serde(borrow)]
    installation: Option<Installation<'a>>,
}

impl Payload<'_> {
    pub(super) fn into_push(self) -> Result<Push, Refusal> {
        let before = commit("before", &self.before)?;
        let after = commit("after", &self.after)?;
        let owner = self.repository.owner.as_ref();
        let (touched, tools) = touched(self.commits, before == after);
        Ok(Push {
            installation: self.installation.as_ref().map(|installation| installation.account_or_owner(owner)),
            repository: self.repository.facts(),
            git_ref: self.git_ref.kept(),
            touched,
            tools,
            forced: self.forced.unwrap_or(true),
            before,
            after,
        })
    }
}

/// A push that moves nothing has no commits to list.
fn touched(commits: Option<Commits>, moves_nothing: bool) -> (Touched, BTreeSet<ToolFolder>) {
    match commits {
        Some(commits) if commits.is_empty() && moves_nothing => (Touched::Folders(vec![]), BTreeSet::new()),
        Some(commits) => commits.touched(),
        None => (Touched::Unknown, BTreeSet::new()),
    }
}

/// `None` for the zeros that GitHub writes for "no commit".
fn commit(field: &str, text: &Text<'_>) -> Result<Option<CommitSha>, Refusal> {
    let sha = commit_of("push", field, text)?;
    Ok((!sha.is_zero()).then_some(sha))
}
