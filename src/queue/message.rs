//! What the broker carries: ids and a version, never content.

use crate::model::{RepositoryId, TaskId};
use serde::{Deserialize, Serialize};

/// One message a file. The row in `sync_queue` says what is to be done; a message whose row is gone is dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskMessage {
    /// Version of this format: 1.
    pub v: u8,
    pub task: TaskId,
    pub repository: RepositoryId,
}

/// Which of the two queues: what a person asked for never waits behind an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    Person,
    Bulk,
}
