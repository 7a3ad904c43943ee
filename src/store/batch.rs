//! Files that were read become definitions: rule 4 of the sync protocol, many files of one repository in one transaction.

use super::rows::task::TaskRow;
use super::{Store, StoreError};
use crate::model::{Location, Parsed, RepositoryId, TaskId};
use crate::plan::comparison::Changed;
use std::collections::BTreeSet;

/// A task and what its file says.
#[derive(Clone, Debug)]
pub struct ReadFile {
    pub task: TaskRow,
    pub location: Location,
    pub parsed: Parsed,
}

impl Store {
    /// Stores each file whose task is still open, and deletes the task, in one transaction. A task that is not open any more
    /// was cancelled or done by another worker: its file is dropped.
    ///
    /// Returns what changed, and whose files these are; `None` if no task was open.
    pub async fn store_batch(
        &self,
        repository: RepositoryId,
        files: &[ReadFile],
    ) -> Result<Option<(Changed, BTreeSet<TaskId>)>, StoreError> {
        commit!(self, batch::store(repository.0, files))
    }
}
