//! Where a branch parted from another, and which of our folders it touched since.

use super::call::{Call, Endpoint, Form};
use super::error::GitHubError;
use super::installation::InstallationClient;
use super::repository::RepositoryRef;
use crate::model::CommitSha;
use crate::model::location::touched_cursor_folder;
use crate::settings::Layout;
use serde::Deserialize;
use std::collections::BTreeSet;

/// GitHub lists no more files of a comparison, and does not say so.
const MOST_FILES: usize = 300;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    pub merge_base: CommitSha,
    /// `.cursor` folders with changes since; `None` if GitHub may not have listed all of them, or if something else is touched that
    /// the owner's settings reach.
    pub touched: Option<BTreeSet<String>>,
}

#[derive(Deserialize)]
struct Seen {
    merge_base_commit: SeenCommit,
    files: Option<Vec<SeenFile>>,
}

#[derive(Deserialize)]
struct SeenCommit {
    sha: CommitSha,
}

#[derive(Deserialize)]
struct SeenFile {
    filename: String,
    previous_filename: Option<String>,
}

impl InstallationClient {
    /// One call. The head may be a fork's: GitHub finds it by its name, as it has it from the pull request.
    pub async fn parting(
        &self,
        repository: &RepositoryRef,
        base: &CommitSha,
        head: &CommitSha,
        layout: &Layout,
    ) -> Result<Parting, GitHubError> {
        let subject = format!("the comparison of {base} with {head} in {repository}");
        let call = |repository: &RepositoryRef| {
            // Files come with the first page, however few commits are on it.
            let path = format!("{}/compare/{base}...{head}?per_page=1", repository.path()?);
            Ok(Call::new(Endpoint::Compare, subject.clone(), Form::Get(path)))
        };
        let seen: Seen = self.by_name(repository, call).await?.json(&subject)?;
        Ok(Parting { merge_base: seen.merge_base_commit.sha, touched: touched(seen.files.as_deref(), layout) })
    }
}

fn touched(files: Option<&[SeenFile]>, layout: &Layout) -> Option<BTreeSet<String>> {
    let files = files.filter(|files| files.len() < MOST_FILES)?;
    let paths = || files.iter().flat_map(|file| [Some(&file.filename), file.previous_filename.as_ref()]).flatten();
    let is_elsewhere = |path: &String| touched_cursor_folder(path).is_none() && layout.reaches(path);
    if paths().any(is_elsewhere) {
        return None;
    }
    Some(paths().filter_map(|path| touched_cursor_folder(path)).map(str::to_owned).collect())
}
