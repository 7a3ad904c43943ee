//! Open tasks.

use crate::store::schema::sync_queue;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::Value;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = sync_queue, treat_none_as_default_value = false)]
pub struct TaskRow {
    pub id: String,
    pub repository_id: i64,
    pub path: String,
    pub run_id: String,
    pub run_number: i64,
    pub source_type: String,
    pub blob: String,
    pub size: i64,
    pub support: Value,
    pub seen: String,
    pub commit_sha: String,
    pub branch: String,
    pub delivery_id: Option<String>,
    pub priority: i32,
    pub status: String,
    pub attempts: i32,
    pub not_before: Option<NaiveDateTime>,
    pub published_at: Option<NaiveDateTime>,
    pub error: Option<String>,
    pub created_at: NaiveDateTime,
}
