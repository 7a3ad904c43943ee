//! Entries of the audit log.

use crate::store::schema::audit;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::Value;

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit)]
pub struct AuditRow {
    pub id: String,
    pub at: NaiveDateTime,
    pub actor: String,
    pub workspace_id: Option<String>,
    pub action: String,
    pub target: String,
    pub details: Value,
}
