//! Open tasks as people see them, and tried again because a person asks.

use super::catalog::Page;
use super::rows::run::RunRow;
use super::rows::task::TaskRow;
use super::{Store, StoreError};
use crate::model::{Actor, RunId, TaskId, WorkspaceId};

impl Store {
    /// Those that failed first, then by path. `status` is `pending` or `failed`.
    pub async fn tasks(
        &self,
        workspace: &WorkspaceId,
        status: Option<&str>,
        page: Page,
    ) -> Result<(Vec<TaskRow>, i64), StoreError> {
        snapshot!(self, worklist::list(workspace.as_str(), status, page))
    }

    pub async fn task(&self, workspace: &WorkspaceId, id: &TaskId) -> Result<Option<TaskRow>, StoreError> {
        read!(self, worklist::find(workspace.as_str(), id.as_str()))
    }

    /// The task is due at once, before all that nobody waits for; one that was given up is open again. `None` if it is not
    /// there (any more).
    pub async fn retry_task(
        &self,
        workspace: &WorkspaceId,
        id: &TaskId,
        by: &Actor,
    ) -> Result<Option<TaskRow>, StoreError> {
        commit!(self, worklist::retry_task(workspace.as_str(), id.as_str(), by))
    }

    /// The same for each file of a run that was given up. `None` if there is none.
    pub async fn retry_run(
        &self,
        workspace: &WorkspaceId,
        run: &RunId,
        by: &Actor,
    ) -> Result<Option<RunRow>, StoreError> {
        commit!(self, worklist::retry_run(workspace.as_str(), run.as_str(), by))
    }
}
