use super::{Conn, dialect};
use crate::model::WorkspaceId;
use crate::store::StoreError;
use crate::store::events::{Event, Following};
use crate::store::rows::definition::storable_json;
use crate::store::rows::event::EventRow;
use crate::store::schema::{events, workspaces};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

const WORKSPACES_AT_ONCE: usize = 1000;

/// Writes events that end with number `last`, which the caller has counted up to in the workspace's row and so holds.
pub(crate) async fn write(
    conn: &mut Conn,
    workspace: &str,
    last: i64,
    told: &[Event],
    now: NaiveDateTime,
) -> Result<(), StoreError> {
    let first = last - count(told) + 1;
    let rows = (first..).zip(told).map(|(number, event)| EventRow {
        workspace_id: workspace.to_owned(),
        number,
        data: storable_json(&json!(event)),
        created_at: now,
    });
    dialect::insert_events(conn, rows.collect()).await
}

/// How much the workspace's count goes up.
pub(crate) fn count(told: &[Event]) -> i64 {
    i64::try_from(told.len()).unwrap_or(i64::MAX)
}

pub(crate) async fn last(conn: &mut Conn, ids: &[WorkspaceId]) -> Result<Vec<(WorkspaceId, i64)>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(WORKSPACES_AT_ONCE) {
        let ids: Vec<&str> = ids.iter().map(WorkspaceId::as_str).collect();
        let rows: Vec<(String, i64)> = workspaces::table
            .filter(workspaces::id.eq_any(ids))
            .select((workspaces::id, workspaces::last_event))
            .load(conn)
            .await?;
        found.extend(rows.into_iter().map(|(id, last)| (WorkspaceId::from_text(id), last)));
    }
    Ok(found)
}

pub(crate) async fn after(conn: &mut Conn, workspace: &str, after: i64, limit: i64) -> Result<Following, StoreError> {
    // First: what is committed between the two questions is then only seen, never missed.
    let last: Option<i64> =
        workspaces::table.find(workspace).select(workspaces::last_event).first(conn).await.optional()?;
    let Some(last) = last else {
        return Ok(Following::Gone);
    };
    let rows: Vec<EventRow> = events::table
        .filter(events::workspace_id.eq(workspace))
        .filter(events::number.gt(after))
        .order(events::number)
        .limit(limit)
        .select(EventRow::as_select())
        .load(conn)
        .await?;
    let is_whole = rows.iter().zip(after.saturating_add(1)..).all(|(row, number)| row.number == number);
    let is_known = (0..=last).contains(&after) && (after == last || !rows.is_empty());
    Ok(if is_whole && is_known { Following::Events(rows) } else { Following::Lost { last } })
}

pub(crate) async fn purge(conn: &mut Conn, kept: TimeDelta) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::delete(events::table.filter(events::created_at.lt(now - kept))).execute(conn).await?;
    Ok(())
}
