//! Jobs: runs over what is stored instead of over a repository, with the same progress for people to see.

use super::rows::run::RunRow;
use super::{Store, StoreError};
use crate::model::{Actor, DefinitionId, JobType, Kind, RunId, WorkStatus, WorkspaceId};
use crate::plan::comparison::Changed;
use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Value, json};

/// Whoever works on a job and has not said so for that long is taken for dead.
const LEASE: TimeDelta = TimeDelta::minutes(2);

/// What a job is about: a workspace, one kind in it, or one definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub workspace: WorkspaceId,
    pub kind: Option<Kind>,
    pub definition: Option<DefinitionId>,
}

/// A definition as it is stored, for the reader to read again.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: DefinitionId,
    pub kind: Kind,
    pub name: String,
    pub path: Option<String>,
    pub content: String,
    pub attributes: Value,
    pub diagnostics: Value,
    pub error: Option<String>,
    /// The blob that was seen last, and the digest of all that the definition was made from.
    pub blob: Option<String>,
    pub seen: Option<String>,
    pub updated_at: NaiveDateTime,
}

/// What the reader says of a definition now.
#[derive(Clone, Debug)]
pub struct Judged {
    pub id: DefinitionId,
    /// Of the row that was read: a row that has changed since is left alone.
    pub updated_at: NaiveDateTime,
    pub diagnostics: Value,
    pub error: Option<String>,
}

/// How far a job is.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub total: i32,
    pub done: i32,
    pub failed: i32,
    pub current: Option<String>,
    pub errors: Vec<Value>,
}

/// How many failures are listed with a run.
const ERRORS_KEPT: usize = 50;

impl Progress {
    /// Counts a file that is broken, or could not be read.
    pub fn fail(&mut self, path: Option<&str>, message: &str) {
        self.failed += 1;
        if self.errors.len() < ERRORS_KEPT {
            self.errors.push(json!({"path": path, "message": message}));
        }
    }
}

impl Store {
    /// Promises a validation; the one that waits or runs already, if it is about the same. `None` if there is no such
    /// workspace.
    pub async fn request_validation(&self, subject: &Subject, by: &Actor) -> Result<Option<RunRow>, StoreError> {
        commit!(self, jobs::request(JobType::Validate, subject, by))
    }

    /// Writes down a validation that was done at once. `None` if there is no such workspace.
    pub async fn record_validation(
        &self,
        subject: &Subject,
        progress: &Progress,
        by: &Actor,
    ) -> Result<Option<RunRow>, StoreError> {
        commit!(self, jobs::record(JobType::Validate, subject, progress, by))
    }

    /// The next job that waits, or that somebody began and has not gone on with. Imports cannot be gone on with: they fail.
    pub async fn take_job(&self) -> Result<Option<RunRow>, StoreError> {
        commit!(self, jobs::take(LEASE))
    }

    /// Says how far a job is, and that somebody is at it.
    pub async fn note_progress(&self, run: &RunId, progress: &Progress) -> Result<(), StoreError> {
        commit!(self, jobs::note_progress(run.as_str(), progress, LEASE))
    }

    /// The job is over, or (`Pending`) given back.
    pub async fn end_job(&self, run: &RunId, status: WorkStatus) -> Result<(), StoreError> {
        commit!(self, jobs::end(run.as_str(), status))
    }

    /// How many definitions a job is about.
    pub async fn count_stored(&self, subject: &Subject) -> Result<i64, StoreError> {
        read!(self, jobs::count(subject))
    }

    /// The next `limit` definitions by id.
    pub async fn stored(
        &self,
        subject: &Subject,
        after: Option<&DefinitionId>,
        limit: i64,
    ) -> Result<Vec<Stored>, StoreError> {
        read!(self, jobs::stored(subject, after.map(DefinitionId::as_str), limit))
    }

    /// Stores what the reader says now, where it is something else than before.
    pub async fn judge(&self, workspace: &WorkspaceId, judged: &[Judged]) -> Result<Option<Changed>, StoreError> {
        if judged.is_empty() {
            return Ok(None);
        }
        commit!(self, jobs::judge(workspace.as_str(), judged))
    }
}
