//! Is everything in sync, and if not, why: read in a constant number of queries.

use super::rows::run::RunRow;
use super::{Store, StoreError};
use crate::model::{Diagnostic, Kind, WorkspaceId};
use chrono::NaiveDateTime;
use serde_json::Value;

/// How many problems one answer lists; `counts` counts them all.
pub const PROBLEMS_LISTED: i64 = 100;

/// What the sync status of a workspace is made from.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Definitions by status.
    pub counts: Vec<(String, i64)>,
    /// Open tasks of files that have no definition yet.
    pub unborn: i64,
    pub repositories: Vec<RepositoryStanding>,
    /// The run under way, or the one that waits.
    pub run: Option<RunRow>,
    pub troubled: Vec<Troubled>,
    pub failed: Vec<FailedTask>,
}

#[derive(Clone, Debug)]
pub struct RepositoryStanding {
    pub id: i64,
    pub full_name: String,
    pub state: String,
    pub branch: Option<String>,
    pub announced_head: Option<String>,
    pub head: Option<String>,
    pub synced_head: Option<String>,
    pub compared: i64,
    pub wanted: i64,
    pub synced_at: Option<NaiveDateTime>,
    pub not_before: Option<NaiveDateTime>,
    pub repair_at: Option<NaiveDateTime>,
    pub reason: Option<String>,
    pub open_tasks: i64,
    pub failed_tasks: i64,
    /// Until when the files that are open wait, and why, if none of them is due.
    pub tasks_wait: Option<(NaiveDateTime, Option<String>)>,
    pub ignored: Value,
    /// What is in force by the owner's settings.
    pub settings: Option<Value>,
    /// What is to be said of them.
    pub settings_problems: Vec<Diagnostic>,
}

/// A definition that is not in order.
#[derive(Clone, Debug)]
pub struct Troubled {
    pub kind: String,
    pub name: String,
    pub path: Option<String>,
    pub status: String,
    pub diagnostics: Value,
    pub conflict: Option<Value>,
}

/// A file that could not be read.
#[derive(Clone, Debug)]
pub struct FailedTask {
    pub kind: Option<Kind>,
    pub path: String,
    pub error: Option<String>,
}

impl Store {
    /// Of one kind, or of all.
    pub async fn standing(&self, workspace: &WorkspaceId, kind: Option<Kind>) -> Result<Standing, StoreError> {
        snapshot!(self, status::standing(workspace.as_str(), kind))
    }
}
