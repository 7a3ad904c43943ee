//! Deliveries: webhooks as they came.

use super::{SAMPLE_COMMIT, Sample, Time};
use crate::store::rows::listing::InboxRow;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Delivery<'a> {
    /// `X-GitHub-Delivery`.
    pub id: &'a str,
    pub event: &'a str,
    #[schema(required)]
    pub action: Option<&'a str>,
    #[schema(required)]
    pub installation_id: Option<i64>,
    #[schema(required)]
    pub repository_id: Option<i64>,
    #[schema(required)]
    pub r#ref: Option<&'a str>,
    #[schema(required)]
    pub before: Option<&'a str>,
    #[schema(required)]
    pub after: Option<&'a str>,
    /// What came of it.
    pub outcome: &'a str,
    pub received_at: Time,
    /// How often GitHub sent it.
    pub times: i32,
    pub last_received_at: Time,
}

impl<'a> Delivery<'a> {
    pub(in crate::api) fn of(row: &'a InboxRow) -> Self {
        Self {
            id: &row.id,
            event: &row.event,
            action: row.action.as_deref(),
            installation_id: row.installation_id,
            repository_id: row.repository_id,
            r#ref: row.git_ref.as_deref(),
            before: row.before.as_deref(),
            after: row.after.as_deref(),
            outcome: &row.outcome,
            received_at: Time(row.received_at),
            times: row.times,
            last_received_at: Time(row.last_received_at),
        }
    }
}

impl Sample for Delivery<'static> {
    fn sample() -> Self {
        Self {
            id: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
            event: "push",
            action: None,
            installation_id: Some(1),
            repository_id: Some(1),
            r#ref: Some("refs/heads/main"),
            before: Some("6dcb09b5b57875f334f61aebed695e2e4193db5e"),
            after: Some(SAMPLE_COMMIT),
            outcome: "owed",
            received_at: Time::sample(),
            times: 1,
            last_received_at: Time::sample(),
        }
    }
}
