//! Deliveries that never came.

use crate::model::{ListedDelivery, Remedy};
use crate::store::schema::missed_deliveries;
use chrono::NaiveDateTime;
use diesel::prelude::*;

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = missed_deliveries)]
pub struct MissedRow {
    pub id: String,
    pub event: String,
    pub action: Option<String>,
    pub installation_id: Option<i64>,
    pub repository_id: Option<i64>,
    pub status: String,
    pub delivered_at: NaiveDateTime,
    pub found_at: NaiveDateTime,
    pub outcome: String,
    pub attempts: i32,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = missed_deliveries)]
pub(crate) struct NewMissed {
    pub id: String,
    pub attempt_id: i64,
    pub event: String,
    pub action: Option<String>,
    pub installation_id: Option<i64>,
    pub repository_id: Option<i64>,
    pub status: String,
    pub delivered_at: NaiveDateTime,
    pub outcome: String,
    pub attempts: i32,
    pub not_before: NaiveDateTime,
    pub found_at: NaiveDateTime,
}

impl NewMissed {
    pub(crate) fn new(listed: &ListedDelivery, remedy: Remedy, now: NaiveDateTime) -> Self {
        Self {
            id: listed.id.0.clone(),
            attempt_id: listed.attempt,
            event: listed.event.clone(),
            action: listed.action.clone(),
            installation_id: listed.installation.map(|id| id.0),
            repository_id: listed.repository.map(|id| id.0),
            status: listed.status.clone(),
            delivered_at: listed.delivered_at,
            outcome: remedy.as_str().to_owned(),
            attempts: 0,
            not_before: now,
            found_at: now,
        }
    }
}
