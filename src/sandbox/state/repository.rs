//! A repository that the stand-in serves: GitHub's settings around a real git repository.

use crate::sandbox::git::{GitError, GitRepository, ObjectInfo, Refs};
use std::path::PathBuf;
use std::sync::Arc;

/// What a repository is added with.
#[derive(Clone, Debug)]
pub struct NewRepository {
    pub installation: i64,
    pub full_name: String,
    pub path: PathBuf,
    /// The id of an earlier start, to be kept.
    pub id: Option<i64>,
    pub private: bool,
    /// HEAD's, if it is not told.
    pub default_branch: Option<String>,
}

impl NewRepository {
    pub fn new(installation: i64, full_name: &str, path: impl Into<PathBuf>) -> Self {
        let full_name = full_name.to_owned();
        Self { installation, full_name, path: path.into(), id: None, private: false, default_branch: None }
    }
}

#[derive(Clone, Debug)]
pub struct HostedRepository {
    pub id: i64,
    pub installation: i64,
    /// `owner/name`
    pub full_name: String,
    pub former_names: Vec<String>,
    pub private: bool,
    pub archived: bool,
    pub default_branch: String,
    pub created_at: String,
    pub git: Arc<GitRepository>,
    /// The refs as of the last push that was announced.
    pub pushed: Refs,
    /// A commit that reads of the default branch get instead of its newest one.
    pub stale: Option<String>,
    /// Reads do not show the default branch, as right after its first push.
    pub unseen: bool,
}

impl HostedRepository {
    pub fn owner(&self) -> &str {
        self.full_name.split_once('/').map_or(self.full_name.as_str(), |(owner, _)| owner)
    }

    pub fn name(&self) -> &str {
        self.full_name.split_once('/').map_or(self.full_name.as_str(), |(_, name)| name)
    }

    pub fn was_called(&self, full_name: &str) -> bool {
        self.former_names.iter().any(|name| name.eq_ignore_ascii_case(full_name))
    }

    pub fn default_ref(&self) -> String {
        format!("refs/heads/{}", self.default_branch)
    }

    /// What the ref points to, as a reader of GitHub sees it: an older commit, or none, while reads are stale.
    pub fn ref_target(&self, full_ref: &str) -> Result<Option<ObjectInfo>, GitError> {
        if self.unseen && full_ref == self.default_ref() {
            return Ok(None);
        }
        let stale = self.stale.as_ref().filter(|_| full_ref == self.default_ref());
        self.git.info(stale.map_or(full_ref, String::as_str))
    }

    /// A commit, branch, tag or object name as the API's `{ref}` takes it; HEAD is the default branch.
    pub fn resolve(&self, revision: &str) -> Result<Option<ObjectInfo>, GitError> {
        if !is_plain(revision) {
            return Ok(None);
        }
        let candidates = match revision {
            "HEAD" => vec![self.default_ref()],
            _ if revision.starts_with("refs/") => vec![revision.to_owned()],
            _ if is_object_name(revision, 40) => vec![revision.to_owned()],
            _ => ["refs", "refs/heads", "refs/tags"].iter().map(|folder| format!("{folder}/{revision}")).collect(),
        };
        let shortened = is_object_name(revision, 7).then(|| revision.to_owned());
        for candidate in candidates.into_iter().chain(shortened) {
            if let Some(found) = self.ref_target(&candidate)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The commit that `revision` names, through tags.
    pub fn resolve_commit(&self, revision: &str) -> Result<Option<ObjectInfo>, GitError> {
        self.peel(revision, "commit")
    }

    /// The tree that `revision` is or has; `ref:path` names one further down.
    pub fn resolve_tree(&self, revision: &str) -> Result<Option<ObjectInfo>, GitError> {
        let Some((revision, path)) = revision.split_once(':') else { return self.peel(revision, "tree") };
        let Some(root) = self.peel(revision, "tree")? else { return Ok(None) };
        if path.is_empty() {
            return Ok(Some(root));
        }
        let entry = self.git.entry_at(&root.oid, path)?.filter(|entry| entry.is_tree());
        entry.map_or(Ok(None), |entry| self.git.info(&entry.oid))
    }

    pub fn is_empty(&self) -> Result<bool, GitError> {
        Ok(self.git.info(&self.default_ref())?.is_none() && Refs::read(&self.git)?.0.is_empty())
    }

    fn peel(&self, revision: &str, kind: &str) -> Result<Option<ObjectInfo>, GitError> {
        let Some(found) = self.resolve(revision)? else { return Ok(None) };
        self.git.info(&format!("{}^{{{kind}}}", found.oid))
    }
}

/// Hexadecimal, of at least so many digits.
fn is_object_name(text: &str, digits: usize) -> bool {
    (digits..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Nothing of git's little language for revisions gets through.
fn is_plain(revision: &str) -> bool {
    let special = |c: char| c.is_control() || " ~^:?*[\\{}".contains(c);
    !revision.is_empty()
        && revision != "@"
        && !revision.starts_with('-')
        && !revision.contains("..")
        && !revision.contains(special)
}
