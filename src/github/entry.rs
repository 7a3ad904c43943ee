//! One entry of a tree.

use super::error::GitHubError;
use crate::model::{BlobSha, FileMode, TreeSha};

/// A file, a symlink or a submodule; folders are told by what lies in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    /// From the root of the repository.
    pub path: String,
    pub mode: FileMode,
    /// Of the blob; for a submodule the commit, which names no blob of ours.
    pub sha: BlobSha,
    /// Bytes, where GitHub tells.
    pub size: Option<u64>,
}

/// A folder that is still to be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unlisted {
    /// From the root of the repository; empty for the root.
    pub(super) path: String,
    pub(super) tree: TreeSha,
}

/// What a listing gave so far.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) entries: Vec<TreeEntry>,
    pub(super) unlisted: Vec<Unlisted>,
}

/// `name` below `folder`, where the root is the empty text.
pub(super) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

pub(super) fn unreadable(subject: &str, reason: &(impl ToString + ?Sized)) -> GitHubError {
    GitHubError::Unreadable { subject: subject.to_owned(), reason: reason.to_string() }
}
