//! Deleting a workspace with all that is in it.

use super::{Store, StoreError};
use crate::model::{Actor, RepositoryId, WorkspaceId};
use sha2::{Digest, Sha256};

/// What goes with a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Those that are still served get a workspace of their own again, and are imported anew.
    pub repositories: Vec<(RepositoryId, String)>,
    /// With their history and what was edited.
    pub definitions: i64,
    /// Those of them that no repository brings back.
    pub local_definitions: i64,
    pub tokens: i64,
}

impl Contents {
    /// Stands for exactly these contents, as far as somebody has to have seen them.
    pub fn digest(&self) -> String {
        let repositories: Vec<i64> = self.repositories.iter().map(|(id, _)| id.0).collect();
        hex::encode(Sha256::digest(format!("{repositories:?} {} {}", self.local_definitions, self.tokens)))
    }
}

/// What came of deleting a workspace.
#[derive(Clone, Debug)]
pub enum Removed {
    NoWorkspace,
    /// There is something else in it than was seen.
    Changed(Contents),
    /// The repositories that are to be imported anew.
    Done(Vec<RepositoryId>),
}

impl Store {
    /// What would go with the workspace; `None` if there is none.
    pub async fn contents(&self, workspace: &WorkspaceId) -> Result<Option<Contents>, StoreError> {
        snapshot!(self, removal::contents(workspace.as_str()))
    }

    /// Deletes the workspace, if `seen` is the digest of what is in it now.
    pub async fn remove_workspace(
        &self,
        workspace: &WorkspaceId,
        seen: &str,
        by: &Actor,
    ) -> Result<Removed, StoreError> {
        commit!(self, removal::remove(workspace.as_str(), seen, by))
    }
}
