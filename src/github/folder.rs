//! A folder at one commit, as GraphQL lists it.

use super::entry::{Listing, TreeEntry, Unlisted, join, unreadable};
use super::error::GitHubError;
use crate::model::{BlobSha, FileMode, TreeSha};
use serde::Deserialize;

/// How many levels a query lists. What lies deeper costs further calls; skills with folders of their own have four.
const LEVELS: usize = 6;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderListing {
    /// From the root of the repository, as it was asked for.
    pub folder: String,
    pub state: FolderState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderState {
    Missing,
    /// All that lies below, at any depth, by path.
    Tree(Vec<TreeEntry>),
    /// A plain file, a symlink or a submodule stands in its place.
    NotAFolder(TreeEntry),
}

/// A `TreeEntry` of GraphQL; a folder with what lies in it, as deep as it was asked for.
#[derive(Debug, Deserialize)]
pub(super) struct SeenEntry {
    name: String,
    mode: u32,
    oid: String,
    size: Option<u64>,
    object: Option<SeenObject>,
}

#[derive(Debug, Deserialize)]
struct SeenObject {
    entries: Option<Vec<SeenEntry>>,
}

impl SeenEntry {
    /// The fragment `entry` that asks for one.
    pub(super) fn fragment() -> String {
        let mut fields = "name mode oid size".to_owned();
        for _ in 0..LEVELS {
            fields = format!("name mode oid size object {{ ... on Tree {{ entries {{ {fields} }} }} }}");
        }
        format!("fragment entry on TreeEntry {{ {fields} }}")
    }

    pub(super) fn mode(&self) -> Result<FileMode, GitHubError> {
        FileMode::from_bits(self.mode).ok_or_else(|| unreadable(&self.name, &format!("file mode {:o}", self.mode)))
    }

    /// Adds itself, or what lies in it, under this path.
    pub(super) fn unfold(self, path: String, listing: &mut Listing) -> Result<(), GitHubError> {
        if self.mode()? != FileMode::Tree {
            listing.entries.push(self.into_entry(path)?);
            return Ok(());
        }
        match self.object.and_then(|object| object.entries) {
            Some(entries) => entries.into_iter().try_for_each(|entry| {
                let inner = join(&path, &entry.name);
                entry.unfold(inner, listing)
            }),
            None => {
                let tree = TreeSha::new(&self.oid).map_err(|error| unreadable(&path, &error))?;
                listing.unlisted.push(Unlisted { path, tree });
                Ok(())
            }
        }
    }

    pub(super) fn into_entry(self, path: String) -> Result<TreeEntry, GitHubError> {
        let mode = self.mode()?;
        let sha = BlobSha::new(&self.oid).map_err(|error| unreadable(&path, &error))?;
        let size = self.size.filter(|_| mode != FileMode::Submodule);
        Ok(TreeEntry { path, mode, sha, size })
    }
}
