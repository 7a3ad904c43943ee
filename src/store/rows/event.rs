//! Events that streams tell.

use crate::store::schema::events;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::Value;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = events)]
pub struct EventRow {
    pub workspace_id: String,
    pub number: i64,
    pub data: Value,
    pub created_at: NaiveDateTime,
}
