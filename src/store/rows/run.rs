//! Runs.

use crate::store::schema::sync_runs;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::Value;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sync_runs)]
pub struct RunRow {
    pub id: String,
    pub workspace_id: String,
    pub repository_id: i64,
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
}
