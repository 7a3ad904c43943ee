//! What streams tell of a workspace: written in the transaction that it tells of, kept for a day.

use super::rows::event::EventRow;
use super::rows::run::RunRow;
use super::{Store, StoreError};
use crate::model::{Kind, WorkspaceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// As `events.data` holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Event {
    /// A run began, or went on.
    Progress(RunProgress),
    /// A run is over, well or not.
    Completed(RunProgress),
    /// What was read before may be out of date.
    Invalidate(Stale),
}

/// How far a run is, as a run is shown elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunProgress {
    pub run_id: String,
    pub repository_id: Option<i64>,
    pub job_type: String,
    pub reason: String,
    pub status: String,
    pub commit: Option<String>,
    pub total_files: i32,
    pub parsed_files: i32,
    pub failed_files: i32,
    pub current_file: Option<String>,
    pub superseded_by: Option<String>,
}

/// What is out of date.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stale {
    /// Definitions of these kinds.
    pub kinds: BTreeSet<Kind>,
    /// The workspace itself, and definitions of every kind.
    pub everything: bool,
}

impl Stale {
    pub fn everything() -> Self {
        Self { kinds: BTreeSet::new(), everything: true }
    }

    /// This is out of date too.
    pub(crate) fn add(&mut self, other: Self) {
        self.kinds.extend(other.kinds);
        self.everything |= other.everything;
    }

    pub fn concerns(&self, kind: Kind) -> bool {
        self.everything || self.kinds.contains(&kind)
    }
}

impl Event {
    /// What the row of a run says by now.
    pub(crate) fn of_run(run: RunRow) -> Self {
        let is_over = run.finished_at.is_some();
        let progress = RunProgress {
            run_id: run.id,
            repository_id: run.repository_id,
            job_type: run.job_type,
            reason: run.reason,
            status: run.status,
            commit: run.commit_sha,
            total_files: run.total_files,
            parsed_files: run.parsed_files,
            failed_files: run.failed_files,
            current_file: run.current_file,
            superseded_by: run.superseded_by,
        };
        if is_over { Self::Completed(progress) } else { Self::Progress(progress) }
    }
}

/// What comes after an event.
#[derive(Clone, Debug)]
pub enum Following {
    /// The next ones, without a gap; perhaps none.
    Events(Vec<EventRow>),
    /// Some of them are not kept any more, or there never was such an event; `last` is the newest.
    Lost { last: i64 },
    /// There is no such workspace.
    Gone,
}

impl Store {
    /// The number of the newest event, 0 before the first; `None` if there is no such workspace.
    pub async fn last_event(&self, workspace: &WorkspaceId) -> Result<Option<i64>, StoreError> {
        Ok(self.last_events(std::slice::from_ref(workspace)).await?.pop().map(|(_, last)| last))
    }

    /// The same for each of these that there is.
    pub async fn last_events(&self, workspaces: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, i64)>, StoreError> {
        read!(self, events::last(workspaces))
    }

    /// At most `limit` events after number `after`, in order.
    pub async fn events_after(&self, workspace: &WorkspaceId, after: i64, limit: i64) -> Result<Following, StoreError> {
        read!(self, events::after(workspace.as_str(), after, limit))
    }
}
