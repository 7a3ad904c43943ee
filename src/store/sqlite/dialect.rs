//! What only SQLite needs, under the names that `postgres/dialect.rs` uses too.

use super::Conn;
use crate::store::StoreError;
use crate::store::rows::blob::NewBlob;
use crate::store::rows::definition::{DefinitionRow, ReferenceRow, VersionRow};
use crate::store::rows::delivery::NewDelivery;
use crate::store::rows::event::EventRow;
use crate::store::rows::task::TaskRow;
use crate::store::schema::{
    blobs, definition_references, definition_versions, definitions, deliveries, events, sync_queue,
};
use chrono::NaiveDateTime;
use diesel::SqliteConnection;
use diesel::prelude::*;
use diesel::upsert::excluded;

/// All processes on one SQLite file share a machine, and so its clock.
#[allow(clippy::unused_async, reason = "the twin on PostgreSQL asks the server")]
pub(crate) async fn now(_conn: &mut Conn) -> Result<NaiveDateTime, StoreError> {
    Ok(crate::model::time::now())
}

/// A transaction that writes is the only one: it was begun as `IMMEDIATE`.
#[allow(clippy::unused_async, reason = "the twin on PostgreSQL waits for a row lock")]
pub(crate) async fn lock_repository(_conn: &mut Conn, _id: i64) -> Result<(), StoreError> {
    Ok(())
}

#[allow(clippy::unused_async, reason = "the twin on PostgreSQL waits for a row lock")]
pub(crate) async fn lock_workspace(_conn: &mut Conn, _id: &str) -> Result<(), StoreError> {
    Ok(())
}

/// Whether a column (`{}`) holds a text, whatever the case of ASCII letters: before and behind the text.
pub(crate) const HOLDS: (&str, &str) = ("definitions.{} LIKE ", " ESCAPE '\\'");

/// The text that stands in between: the characters that LIKE gives a meaning are meant as themselves.
pub(crate) fn sought(text: &str) -> String {
    format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))
}

/// A reader of SQLite is one thread, whatever it is told.
pub(crate) async fn prepare_search(_conn: &mut Conn) -> Result<(), StoreError> {
    Ok(())
}

/// Inserts the inbox rows; a known id is counted.
pub(crate) async fn insert_deliveries(conn: &mut Conn, rows: Vec<NewDelivery>) -> Result<(), StoreError> {
    let all = move |c: &mut SqliteConnection| {
        for some in rows.chunks(1000) {
            diesel::insert_into(deliveries::table)
                .values(some)
                .on_conflict(deliveries::id)
                .do_update()
                .set((
                    deliveries::times.eq(deliveries::times + excluded(deliveries::times)),
                    deliveries::last_received_at.eq(excluded(deliveries::last_received_at)),
                    deliveries::outcome.eq(excluded(deliveries::outcome)),
                ))
                .execute(c)?;
        }
        Ok(())
    };
    Ok(conn.spawn_blocking(all).await?)
}

pub(crate) async fn insert_tasks(conn: &mut Conn, rows: Vec<TaskRow>) -> Result<(), StoreError> {
    let all = move |c: &mut SqliteConnection| {
        let mut chunks = rows.chunks(1000);
        chunks.try_for_each(|some| diesel::insert_into(sync_queue::table).values(some).execute(c).map(drop))
    };
    Ok(conn.spawn_blocking(all).await?)
}

/// Due tasks that are not out, or out too long.
pub(crate) async fn overdue(
    conn: &mut Conn,
    priority: i32,
    limit: i64,
    now: NaiveDateTime,
    out_since: NaiveDateTime,
) -> Result<Vec<(String, i64)>, StoreError> {
    let due = sync_queue::table
        .filter(sync_queue::status.eq("pending"))
        .filter(sync_queue::priority.eq(priority))
        .filter(sync_queue::not_before.is_null().or(sync_queue::not_before.le(now)))
        .filter(sync_queue::published_at.is_null().or(sync_queue::published_at.lt(out_since)))
        .order(sync_queue::created_at)
        .limit(limit)
        .select((sync_queue::id, sync_queue::repository_id));
    Ok(diesel_async::RunQueryDsl::load(due, conn).await?)
}

pub(crate) async fn set_published(
    conn: &mut Conn,
    ids: Vec<String>,
    at: Option<NaiveDateTime>,
) -> Result<(), StoreError> {
    let these =
        diesel::update(sync_queue::table.filter(sync_queue::id.eq_any(ids))).set(sync_queue::published_at.eq(at));
    diesel_async::RunQueryDsl::execute(these, conn).await?;
    Ok(())
}

pub(crate) async fn insert_blobs(conn: &mut Conn, rows: &[NewBlob<'_>]) -> Result<(), StoreError> {
    for row in rows {
        let one = diesel::insert_into(blobs::table).values(row).on_conflict_do_nothing();
        diesel_async::RunQueryDsl::execute(one, conn).await?;
    }
    Ok(())
}

pub(crate) async fn insert_definitions(conn: &mut Conn, rows: Vec<DefinitionRow>) -> Result<(), StoreError> {
    let all = move |c: &mut SqliteConnection| {
        let mut chunks = rows.chunks(500);
        chunks.try_for_each(|some| diesel::insert_into(definitions::table).values(some).execute(c).map(drop))
    };
    Ok(conn.spawn_blocking(all).await?)
}

pub(crate) async fn insert_versions(conn: &mut Conn, rows: Vec<VersionRow>) -> Result<(), StoreError> {
    let all = move |c: &mut SqliteConnection| {
        let mut chunks = rows.chunks(1000);
        chunks.try_for_each(|some| diesel::insert_into(definition_versions::table).values(some).execute(c).map(drop))
    };
    Ok(conn.spawn_blocking(all).await?)
}

pub(crate) async fn insert_references(conn: &mut Conn, rows: Vec<ReferenceRow>) -> Result<(), StoreError> {
    let all = move |c: &mut SqliteConnection| {
        let mut chunks = rows.chunks(2000);
        chunks.try_for_each(|some| diesel::insert_into(definition_references::table).values(some).execute(c).map(drop))
    };
    Ok(conn.spawn_blocking(all).await?)
}

pub(crate) async fn insert_events(conn: &mut Conn, rows: Vec<EventRow>) -> Result<(), StoreError> {
    let all = move |c: &mut SqliteConnection| diesel::insert_into(events::table).values(&rows).execute(c).map(drop);
    Ok(conn.spawn_blocking(all).await?)
}
