//! Check runs: what is owed, and what GitHub was given.

use crate::model::CheckId;
use crate::store::schema::checks;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::Value;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = checks)]
pub struct CheckRow {
    pub id: String,
    pub repository_id: i64,
    pub head_sha: String,
    pub pull_number: Option<i64>,
    pub base_sha: Option<String>,
    pub base_ref: Option<String>,
    pub status: String,
    pub attempts: i32,
    pub after_wanted: i64,
    pub asked_again: bool,
    pub revision: i32,
    pub generation: i32,
    pub run_id: Option<i64>,
    pub unsure: bool,
    pub annotated: Option<String>,
    pub report: Option<Value>,
    pub superseded_by: Option<String>,
    pub owed_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
}

impl CheckRow {
    /// Owed for the head of the tracked branch, and never told yet.
    pub(crate) fn new(repository: i64, head: &str, now: NaiveDateTime) -> Self {
        Self {
            id: CheckId::generate().into_string(),
            repository_id: repository,
            head_sha: head.to_owned(),
            pull_number: None,
            base_sha: None,
            base_ref: None,
            status: "owed".to_owned(),
            attempts: 0,
            after_wanted: 0,
            asked_again: false,
            revision: 1,
            generation: 1,
            run_id: None,
            unsure: false,
            annotated: None,
            report: None,
            superseded_by: None,
            owed_at: now,
            updated_at: now,
        }
    }
}
