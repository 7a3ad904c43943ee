//! Entries of the audit log.

use super::{SAMPLE_ID, Sample, Time};
use crate::store::rows::audit::AuditRow;
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use utoipa::ToSchema;

/// What somebody did.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Deed<'a> {
    pub id: &'a str,
    pub at: Time,
    /// Who: `administrator`, `token:ID`, `github:NUMBER:LOGIN` or `cli`.
    pub actor: &'a str,
    #[schema(required)]
    pub workspace_id: Option<&'a str>,
    pub action: &'a str,
    /// To what.
    pub target: &'a str,
    #[schema(value_type = Object)]
    pub details: Cow<'a, Value>,
}

impl<'a> Deed<'a> {
    pub(in crate::api) fn of(row: &'a AuditRow) -> Self {
        Self {
            id: &row.id,
            at: Time(row.at),
            actor: &row.actor,
            workspace_id: row.workspace_id.as_deref(),
            action: &row.action,
            target: &row.target,
            details: Cow::Borrowed(&row.details),
        }
    }
}

impl Sample for Deed<'static> {
    fn sample() -> Self {
        Self {
            id: SAMPLE_ID,
            at: Time::sample(),
            actor: "administrator",
            workspace_id: Some(SAMPLE_ID),
            action: "token.create",
            target: SAMPLE_ID,
            details: Cow::Owned(json!({"name": "ci", "role": "read"})),
        }
    }
}
