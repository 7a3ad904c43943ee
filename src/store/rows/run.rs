//! Runs.

use crate::model::{JobType, RunId, WorkStatus};
use crate::store::schema::sync_runs;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Value, json};

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sync_runs)]
pub struct RunRow {
    pub id: String,
    pub workspace_id: String,
    pub repository_id: Option<i64>,
    pub job_type: String,
    pub reason: String,
    pub priority: i32,
    pub number: Option<i64>,
    pub wanted: i64,
    pub commit_sha: Option<String>,
    pub branch: Option<String>,
    pub delivery_id: Option<String>,
    pub status: String,
    pub total_files: i32,
    pub parsed_files: i32,
    pub failed_files: i32,
    pub current_file: Option<String>,
    pub errors: Value,
    pub superseded_by: Option<String>,
    pub created_at: NaiveDateTime,
    pub started_at: Option<NaiveDateTime>,
    pub finished_at: Option<NaiveDateTime>,
    pub kind: Option<String>,
    pub definition_id: Option<String>,
}

impl RunRow {
    /// A run of the workspace that has not begun; what it is about is filled in by who makes it.
    pub(crate) fn new(workspace: &str, job: JobType, reason: &str, now: NaiveDateTime) -> Self {
        Self {
            id: RunId::generate().into_string(),
            workspace_id: workspace.to_owned(),
            repository_id: None,
            job_type: job.as_str().to_owned(),
            reason: reason.to_owned(),
            priority: 0,
            number: None,
            wanted: 0,
            commit_sha: None,
            branch: None,
            delivery_id: None,
            status: WorkStatus::Pending.as_str().to_owned(),
            total_files: 0,
            parsed_files: 0,
            failed_files: 0,
            current_file: None,
            errors: json!([]),
            superseded_by: None,
            created_at: now,
            started_at: None,
            finished_at: None,
            kind: None,
            definition_id: None,
        }
    }
}
