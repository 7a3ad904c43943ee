//! What a worker does before it stores: tasks become bytes, bytes become definitions; whatever hinders that becomes a setback.

use super::core::Core;
use super::fetcher::FetchError;
use crate::github::{GitHubError, Urgency};
use crate::model::{BlobSha, Location, Parsed, RepositoryId, SupportFile, TaskId};
use crate::parse;
use crate::store::StoreError;
use crate::store::backoff::{self, GIVEN_UP_AFTER};
use crate::store::batch::ReadFile;
use crate::store::rows::task::TaskRow;
use crate::store::tasks::{Setback, Then};
use chrono::NaiveDateTime;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Tasks of one repository, and what is here of their bytes.
pub(super) struct Work {
    pub repository: RepositoryId,
    pub tasks: Vec<TaskRow>,
    here: HashMap<BlobSha, Vec<u8>>,
    missing: Vec<BlobSha>,
    /// Why GitHub did not give what is missing, once it was asked.
    refused: Option<GitHubError>,
}

pub(super) enum Bytes {
    Here(Vec<u8>),
    /// Never fetched.
    TooLarge,
}

impl Work {
    /// With the bytes that are in the table.
    pub async fn gather(core: &Core, repository: RepositoryId, tasks: Vec<TaskRow>) -> Result<Self, StoreError> {
        let wanted: Vec<BlobSha> =
            tasks.iter().filter(|task| !too_large(task)).filter_map(|task| BlobSha::new(&task.blob).ok()).collect();
        let here: HashMap<BlobSha, Vec<u8>> = core.store.blobs(repository, &wanted).await?.into_iter().collect();
        let missing = wanted.into_iter().filter(|sha| !here.contains_key(sha)).collect();
        Ok(Self { repository, tasks, here, missing, refused: None })
    }

    pub fn has_all(&self) -> bool {
        self.missing.is_empty()
    }

    /// Asks GitHub for the bytes that are missing.
    pub async fn fetch(&mut self, core: &Core) -> Result<(), StoreError> {
        let is_awaited = self.tasks.iter().any(|task| task.priority == 0);
        let urgency = if is_awaited { Urgency::Person } else { Urgency::Bulk };
        self.refused = fetch(core, self.repository, &self.missing, urgency).await?;
        self.here.extend(core.store.blobs(self.repository, &self.missing).await?);
        Ok(())
    }

    /// Tasks with their bytes, and those whose bytes are not to be had now.
    pub fn files(self, now: NaiveDateTime) -> (Vec<(TaskRow, Bytes)>, Vec<Setback>) {
        let (mut files, mut setbacks) = (Vec::new(), Vec::new());
        for task in self.tasks {
            let bytes = BlobSha::new(&task.blob).ok().and_then(|sha| self.here.get(&sha).cloned());
            match bytes {
                _ if too_large(&task) => files.push((task, Bytes::TooLarge)),
                Some(bytes) => files.push((task, Bytes::Here(bytes))),
                None => setbacks.push(not_read(&task, self.refused.as_ref(), now)),
            }
        }
        (files, setbacks)
    }
}

fn too_large(task: &TaskRow) -> bool {
    u64::try_from(task.size).is_ok_and(|size| size > parse::MAX_FILE_BYTES)
}

async fn fetch(
    core: &Core,
    repository: RepositoryId,
    missing: &[BlobSha],
    urgency: Urgency,
) -> Result<Option<GitHubError>, StoreError> {
    let Some(row) = core.store.repository(repository).await? else {
        return Ok(None);
    };
    match core.fetcher(urgency).fetch(&row, missing.iter().map(|sha| (sha.clone(), None))).await {
        Ok(()) => Ok(None),
        Err(FetchError::GitHub(error)) => Ok(Some(error)),
        Err(FetchError::Store(error)) => Err(error),
    }
}

fn not_read(task: &TaskRow, refused: Option<&GitHubError>, now: NaiveDateTime) -> Setback {
    let Some(refused) = refused else {
        return setback(task, format!("GitHub does not have blob {} of {}", task.blob, task.path), Then::TryAgain);
    };
    let then = match refused.retry_at() {
        Some(at) => Then::WaitUntil(backoff::spread(now, at)),
        None if refused.may_pass() => Then::WaitUntil(now + backoff::delay(GIVEN_UP_AFTER)),
        None => Then::TryAgain,
    };
    setback(task, refused.to_string(), then)
}

pub(super) fn setback(task: &TaskRow, error: String, then: Then) -> Setback {
    Setback { task: TaskId::from_text(task.id.clone()), attempts: task.attempts, error, then }
}

/// Parses off the threads that serve I/O. A panic is one file's misfortune, not the batch's.
pub(super) async fn read_files(files: Vec<(TaskRow, Bytes)>) -> (Vec<ReadFile>, Vec<Setback>) {
    let tasks: Vec<TaskRow> = files.iter().map(|(task, _)| task.clone()).collect();
    let reading = tokio::task::spawn_blocking(move || {
        let mut read = Vec::with_capacity(files.len());
        let mut unread = Vec::new();
        for (task, bytes) in files {
            match catch_unwind(AssertUnwindSafe(|| read_file(&task, &bytes))) {
                Ok(Ok(file)) => read.push(file),
                Ok(Err(setback)) => unread.push(setback),
                Err(_) => unread.push(broken(&task, "the reader panicked; please report this file")),
            }
        }
        (read, unread)
    });
    reading.await.unwrap_or_else(|error| {
        let setbacks = tasks.iter().map(|task| broken(task, &format!("reading was cut short: {error}")));
        (vec![], setbacks.collect())
    })
}

fn broken(task: &TaskRow, error: &str) -> Setback {
    setback(task, error.to_owned(), Then::TryAgain)
}

fn read_file(task: &TaskRow, bytes: &Bytes) -> Result<ReadFile, Setback> {
    let location =
        Location::from_seen(&task.path, Some(&task.seen)).ok_or_else(|| broken(task, "its path is no definition's"))?;
    let support: Vec<SupportFile> = serde_json::from_value(task.support.clone())
        .map_err(|error| broken(task, &format!("its list of support files cannot be read: {error}")))?;
    let parsed: Parsed = match bytes {
        Bytes::Here(bytes) => parse::parse(&location, bytes, &support),
        Bytes::TooLarge => parse::too_large(&location, u64::try_from(task.size).unwrap_or(0)),
    };
    Ok(ReadFile { task: task.clone(), location, parsed })
}
