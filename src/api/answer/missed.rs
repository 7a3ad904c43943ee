//! Deliveries that never came.

use super::{Sample, Time};
use crate::store::rows::missed::MissedRow;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct MissedDelivery<'a> {
    /// `X-GitHub-Delivery`.
    pub id: &'a str,
    pub event: &'a str,
    #[schema(required)]
    pub action: Option<&'a str>,
    #[schema(required)]
    pub installation_id: Option<i64>,
    #[schema(required)]
    pub repository_id: Option<i64>,
    /// What GitHub said of it when it was found to be missing.
    pub status: &'a str,
    pub delivered_at: Time,
    pub found_at: Time,
    /// What is done about it.
    pub outcome: &'a str,
    /// How often GitHub was asked to send it again.
    pub attempts: i32,
}

impl<'a> MissedDelivery<'a> {
    pub(in crate::api) fn of(row: &'a MissedRow) -> Self {
        Self {
            id: &row.id,
            event: &row.event,
            action: row.action.as_deref(),
            installation_id: row.installation_id,
            repository_id: row.repository_id,
            status: &row.status,
            delivered_at: Time(row.delivered_at),
            found_at: Time(row.found_at),
            outcome: &row.outcome,
            attempts: row.attempts,
        }
    }
}

impl Sample for MissedDelivery<'static> {
    fn sample() -> Self {
        Self {
            id: "72d3162e-cc78-11e3-81ab-4c9367dc0958",
            event: "pull_request",
            action: Some("opened"),
            installation_id: Some(1),
            repository_id: Some(1),
            status: "timed out (0)",
            delivered_at: Time::sample(),
            found_at: Time::sample(),
            outcome: "given-up",
            attempts: 3,
        }
    }
}
