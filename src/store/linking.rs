//! Which repositories share a workspace.

use super::{Store, StoreError};
use crate::model::{Actor, DefinitionId, Kind, RepositoryId, WorkspaceId};
use crate::plan::comparison::Changed;

/// Where a repository is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    Workspace(WorkspaceId),
    /// Out of this workspace, into a new one of its own.
    OwnAgain {
        from: WorkspaceId,
    },
}

/// What came of moving a repository.
#[derive(Clone, Debug)]
pub enum Moved {
    NoRepository,
    NoWorkspace,
    /// It is there already.
    Already,
    Done {
        from: Changed,
        to: Changed,
        clashes: Vec<Clash>,
    },
}

/// A name that several definitions of one workspace claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub kind: Kind,
    pub name: String,
    pub winner: Claim,
    /// They are in conflict, and reached by their id alone.
    pub losers: Vec<Claim>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: DefinitionId,
    /// The repository's full name; none for what is no repository's.
    pub repository: Option<String>,
    pub path: Option<String>,
}

impl Store {
    /// Moves a repository with all that came from it, in one transaction. Workers that store at the same time wait, and
    /// store into the new workspace.
    pub async fn move_repository(
        &self,
        repository: RepositoryId,
        to: &Destination,
        by: &Actor,
    ) -> Result<Moved, StoreError> {
        commit!(self, linking::move_repository(repository.0, to, by))
    }

    /// The names that would clash if the repository were in the workspace; `None` if there is no such repository.
    pub async fn clashes(
        &self,
        repository: RepositoryId,
        workspace: &WorkspaceId,
    ) -> Result<Option<Vec<Clash>>, StoreError> {
        snapshot!(self, clashes::preview(repository.0, workspace.as_str()))
    }
}
