//! Whole trees over REST. One that GitHub cuts short is walked: what is not listed is never taken for deleted.

use super::call::Call;
use super::error::GitHubError;
use super::installation::{InstallationClient, RepositoryRef};
use super::look::sha;
use crate::model::location::touched_cursor_folder;
use crate::model::{FileMode, TreeSha};
use crate::plan::TreeEntry;
use futures::stream::{self, StreamExt, TryStreamExt};
use serde_json::Value;

/// Calls under way at once while walking; GitHub allows a hundred, for all of us together.
const AT_ONCE: usize = 8;
/// A repository with more trees than this to walk one by one is told as unreadable instead of eating up the quota.
const MOST_CALLS: usize = 2_000;

/// One answer of the trees endpoint.
struct Listing {
    entries: Vec<Value>,
    truncated: bool,
}

impl InstallationClient {
    /// All entries of the tree that lie in, or are, a `.cursor` folder. One call, unless the tree has more than 100,000
    /// entries or 7 MB: then one for each sub-tree of those that are still too large.
    pub async fn tree(&self, repository: &RepositoryRef, root: &TreeSha) -> Result<Vec<TreeEntry>, GitHubError> {
        let entries = self.below(repository, "", root).await?;
        Ok(entries.into_iter().filter(|entry| touched_cursor_folder(&entry.path).is_some()).collect())
    }

    /// All blobs, links and submodules below `tree`, whose own path is `folder`.
    pub(super) async fn below(
        &self,
        repository: &RepositoryRef,
        folder: &str,
        tree: &TreeSha,
    ) -> Result<Vec<TreeEntry>, GitHubError> {
        let mut found = Vec::new();
        let mut calls = 0;
        let mut waiting = vec![(folder.to_owned(), tree.clone())];
        while !waiting.is_empty() {
            calls += waiting.len();
            if calls > MOST_CALLS {
                return Err(GitHubError::Unreadable(format!("more than {MOST_CALLS} trees would have to be walked")));
            }
            let asked =
                waiting.drain(..).map(|(folder, tree)| async move { self.open(repository, &folder, &tree).await });
            let opened: Vec<Opened> = stream::iter(asked).buffer_unordered(AT_ONCE).try_collect().await?;
            for Opened { entries, trees } in opened {
                found.extend(entries);
                waiting.extend(trees);
            }
        }
        Ok(found)
    }

    /// Everything below at once; if that is too much, one level, and the trees on it to be opened next.
    async fn open(&self, repository: &RepositoryRef, folder: &str, tree: &TreeSha) -> Result<Opened, GitHubError> {
        let all = self.list(repository, tree, true).await?;
        if !all.truncated {
            return opened(folder, &all, false);
        }
        let level = self.list(repository, tree, false).await?;
        if level.truncated {
            return Err(GitHubError::Unreadable(format!("one folder, {folder:?}, has more entries than GitHub lists")));
        }
        opened(folder, &level, true)
    }

    async fn list(&self, repository: &RepositoryRef, tree: &TreeSha, recursive: bool) -> Result<Listing, GitHubError> {
        // Any value of `recursive` means yes, so that no is to leave it out.
        let query = if recursive { "?recursive=1" } else { "" };
        let path = format!("/repos/{}/git/trees/{tree}{query}", repository.full_name);
        let mut answer = self.rest(&Call::get("trees", path)).await?.json()?;
        match answer["tree"].take() {
            Value::Array(entries) => Ok(Listing { entries, truncated: answer["truncated"].as_bool().unwrap_or(true) }),
            _ => Err(GitHubError::Unreadable("a tree without its entries".to_owned())),
        }
    }
}

/// What one step of the walk brought: entries, and trees that are still to be opened.
struct Opened {
    entries: Vec<TreeEntry>,
    trees: Vec<(String, TreeSha)>,
}

fn opened(folder: &str, listing: &Listing, trees_too: bool) -> Result<Opened, GitHubError> {
    let mut opened = Opened { entries: Vec::new(), trees: Vec::new() };
    for entry in &listing.entries {
        let (Some(path), Some(mode)) = (entry["path"].as_str(), entry["mode"].as_str().and_then(FileMode::from_octal))
        else {
            return Err(GitHubError::Unreadable("a tree entry without path or mode".to_owned()));
        };
        let path = if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
        match mode {
            FileMode::Tree if trees_too => opened.trees.push((path, sha(&entry["sha"])?)),
            FileMode::Tree => {}
            mode => {
                let size = entry["size"].as_u64();
                opened.entries.push(TreeEntry { path, mode, sha: sha(&entry["sha"])?, size });
            }
        }
    }
    Ok(opened)
}
