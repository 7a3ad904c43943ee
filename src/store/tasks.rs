//! Open tasks and the bytes they need: read by workers, put off, given up, published again.

use super::rows::task::TaskRow;
use super::{Store, StoreError};
use crate::model::{BlobSha, RepositoryId, TaskId};
use crate::plan::comparison::Changed;
use crate::queue::{Lane, TaskMessage};
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::BTreeSet;

/// What became of tasks that could not be done.
#[derive(Clone, Debug)]
pub struct Setback {
    pub task: TaskId,
    /// How often it had failed when it was taken up: of two workers with the same message one counts.
    pub attempts: i32,
    pub error: String,
    pub then: Then,
}

#[derive(Clone, Debug)]
pub enum Then {
    /// Not the file's fault, and not counted: quota, a suspended installation, GitHub out of order.
    WaitUntil(NaiveDateTime),
    /// Likewise: planned by another version of the program. A comparison is owed soon, lest no such version runs any more.
    LeaveUntil(NaiveDateTime),
    /// Counted; after a number of attempts the task is given up, stays visible as failed, and owes a comparison.
    TryAgain,
}

impl Store {
    /// The tasks that are still open among `ids`.
    pub async fn open_tasks(&self, ids: &[TaskId]) -> Result<Vec<TaskRow>, StoreError> {
        read!(self, tasks::open(ids))
    }

    /// Bytes that are here already.
    pub async fn blobs(
        &self,
        repository: RepositoryId,
        shas: &[BlobSha],
    ) -> Result<Vec<(BlobSha, Vec<u8>)>, StoreError> {
        read!(self, tasks::blobs(repository.0, shas))
    }

    /// Which of these are here.
    pub async fn kept_blobs(
        &self,
        repository: RepositoryId,
        shas: &BTreeSet<BlobSha>,
    ) -> Result<Vec<BlobSha>, StoreError> {
        read!(self, tasks::kept_blobs(repository.0, shas))
    }

    /// Keeps bytes for the workers until their repository has no open task.
    pub async fn keep_blobs(&self, repository: RepositoryId, blobs: &[(BlobSha, Vec<u8>)]) -> Result<(), StoreError> {
        commit!(self, tasks::keep_blobs(repository.0, blobs))
    }

    /// Rule 5: nothing is dropped in silence.
    pub async fn set_back(
        &self,
        repository: RepositoryId,
        setbacks: &[Setback],
    ) -> Result<Option<Changed>, StoreError> {
        commit!(self, tasks::set_back(repository.0, setbacks))
    }

    /// Which of these are still open; they count as published now.
    pub async fn going_out(&self, tasks: &[TaskId]) -> Result<BTreeSet<TaskId>, StoreError> {
        commit!(self, tasks::going_out(tasks))
    }

    /// Takes up to `limit` due tasks of a lane that are not published, or were for longer than `timeout`, and counts them as
    /// published now.
    pub async fn overdue_tasks(
        &self,
        lane: Lane,
        limit: i64,
        timeout: TimeDelta,
    ) -> Result<Vec<TaskMessage>, StoreError> {
        commit!(self, tasks::overdue(lane, limit, timeout))
    }
}
