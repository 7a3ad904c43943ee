//! Workspaces: what definitions belong to, and the wall between tenants.

use super::catalog::Page;
use super::rows::listing::Workspace;
use super::rows::repository::Repository;
use super::{Store, StoreError};
use crate::model::{Actor, Preference, RepositoryId, WorkspaceId};
use crate::plan::comparison::Changed;

/// A repository as its workspace lists it.
#[derive(Clone, Debug)]
pub struct Member {
    pub id: RepositoryId,
    pub full_name: String,
    pub state: String,
}

/// What is to be different about a workspace.
#[derive(Clone, Debug, Default)]
pub struct WorkspaceChange {
    pub name: Option<String>,
    /// Which side settles conflicts of edits by itself from now on; those that stand are settled at once.
    pub prefers: Option<Preference>,
}

impl Store {
    /// A text that is another one whenever the list of workspaces is.
    pub async fn workspaces_revision(&self) -> Result<String, StoreError> {
        read!(self, workspaces::all_revision())
    }

    /// By name; only `some` where the asker may see no others.
    pub async fn workspaces(
        &self,
        some: Option<&[WorkspaceId]>,
        page: Page,
    ) -> Result<(Vec<Workspace>, i64), StoreError> {
        snapshot!(self, workspaces::list(some, page))
    }

    pub async fn workspace(&self, id: &WorkspaceId) -> Result<Option<(Workspace, Vec<Member>)>, StoreError> {
        snapshot!(self, workspaces::find(id.as_str()))
    }

    /// The number that every visible change counts up; `None` if there is no such workspace.
    pub async fn revision(&self, id: &WorkspaceId) -> Result<Option<i64>, StoreError> {
        read!(self, workspaces::revision(id.as_str()))
    }

    /// The workspace that a repository's definitions are in.
    pub async fn workspace_of(&self, repository: RepositoryId) -> Result<Option<WorkspaceId>, StoreError> {
        Ok(self.repository(repository).await?.map(|row| WorkspaceId::from_text(row.workspace_id)))
    }

    /// Makes a workspace of no repository.
    pub async fn create_workspace(&self, name: &str, by: &Actor) -> Result<WorkspaceId, StoreError> {
        commit!(self, workspaces::make(name, by))
    }

    /// `None` if there is no such workspace.
    pub async fn change_workspace(
        &self,
        id: &WorkspaceId,
        change: &WorkspaceChange,
        by: &Actor,
    ) -> Result<Option<Changed>, StoreError> {
        commit!(self, settings::change(id.as_str(), change, by))
    }

    /// The repository that has this full name, or had it before it was renamed.
    pub async fn repository_named(&self, full_name: &str) -> Result<Option<Repository>, StoreError> {
        read!(self, repositories::find_named(full_name))
    }
}
