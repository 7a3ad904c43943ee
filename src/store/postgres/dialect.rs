//! What only PostgreSQL can do, under the names that `sqlite/dialect.rs` uses too.

use super::Conn;
use crate::store::StoreError;
use crate::store::rows::blob::NewBlob;
use crate::store::rows::definition::{DefinitionRow, ReferenceRow, VersionRow};
use crate::store::rows::delivery::NewDelivery;
use crate::store::rows::event::EventRow;
use crate::store::rows::task::TaskRow;
use crate::store::schema::{
    blobs, definition_references, definition_versions, definitions, deliveries, events, repositories, sync_queue,
    workspaces,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

/// The clock of the server, not of the transaction's start.
pub(crate) async fn now(conn: &mut Conn) -> Result<NaiveDateTime, StoreError> {
    let now = diesel::dsl::sql::<diesel::sql_types::Timestamp>("clock_timestamp() AT TIME ZONE 'utc'");
    Ok(diesel::select(now).get_result(conn).await?)
}

/// Waits until no other transaction holds the repository, and holds it until the end of this one.
pub(crate) async fn lock_repository(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    let _: Option<i64> =
        repositories::table.find(id).select(repositories::id).for_update().first(conn).await.optional()?;
    Ok(())
}

/// The same for a workspace. Always after the repository, so that two transactions never wait for each other.
pub(crate) async fn lock_workspace(conn: &mut Conn, id: &str) -> Result<(), StoreError> {
    let _: Option<String> =
        workspaces::table.find(id).select(workspaces::id).for_update().first(conn).await.optional()?;
    Ok(())
}

/// Whether a column (`{}`) holds a text, whatever the case of ASCII letters: before and behind the text. By the C collation: it
/// is the fastest, and SQLite knows no other letters.
pub(crate) const HOLDS: (&str, &str) = ("strpos(lower(definitions.{} COLLATE \"C\"), lower(", " COLLATE \"C\")) > 0");

/// The text that stands in between.
pub(crate) fn sought(text: &str) -> String {
    text.to_owned()
}

/// For the rest of the transaction: workers are cheap for a query that looks into every text (the planner thinks of rows, not
/// of what it costs to unpack one), and none goes on for ever.
pub(crate) async fn prepare_search(conn: &mut Conn) -> Result<(), StoreError> {
    let settings = "SET LOCAL parallel_setup_cost = 100; SET LOCAL parallel_tuple_cost = 0.01; \
                    SET LOCAL statement_timeout = '30s'";
    Ok(conn.batch_execute(settings).await?)
}

/// Inserts the inbox rows; a known id is counted.
pub(crate) async fn insert_deliveries(conn: &mut Conn, rows: Vec<NewDelivery>) -> Result<(), StoreError> {
    for chunk in rows.chunks(1000) {
        diesel::insert_into(deliveries::table)
            .values(chunk)
            .on_conflict(deliveries::id)
            .do_update()
            .set((
                deliveries::times.eq(deliveries::times + excluded(deliveries::times)),
                deliveries::last_received_at.eq(excluded(deliveries::last_received_at)),
                deliveries::outcome.eq(excluded(deliveries::outcome)),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}

pub(crate) async fn insert_tasks(conn: &mut Conn, rows: Vec<TaskRow>) -> Result<(), StoreError> {
    for chunk in rows.chunks(2000) {
        diesel::insert_into(sync_queue::table).values(chunk).execute(conn).await?;
    }
    Ok(())
}

/// Due tasks that are not out, or out too long. Rows that another transaction holds are passed over: waiting for them could
/// end in a deadlock with a worker that takes them in another order.
pub(crate) async fn overdue(
    conn: &mut Conn,
    priority: i32,
    limit: i64,
    now: NaiveDateTime,
    out_since: NaiveDateTime,
) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(sync_queue::table
        .filter(sync_queue::status.eq("pending"))
        .filter(sync_queue::priority.eq(priority))
        .filter(sync_queue::not_before.is_null().or(sync_queue::not_before.le(now)))
        .filter(sync_queue::published_at.is_null().or(sync_queue::published_at.lt(out_since)))
        .order(sync_queue::created_at)
        .limit(limit)
        .select((sync_queue::id, sync_queue::repository_id))
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

pub(crate) async fn set_published(
    conn: &mut Conn,
    ids: Vec<String>,
    at: Option<NaiveDateTime>,
) -> Result<(), StoreError> {
    let free: Vec<String> = sync_queue::table
        .filter(sync_queue::id.eq_any(ids))
        .select(sync_queue::id)
        .for_update()
        .skip_locked()
        .load(conn)
        .await?;
    diesel::update(sync_queue::table.filter(sync_queue::id.eq_any(free)))
        .set(sync_queue::published_at.eq(at))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn insert_blobs(conn: &mut Conn, rows: &[NewBlob<'_>]) -> Result<(), StoreError> {
    for chunk in rows.chunks(1000) {
        diesel::insert_into(blobs::table).values(chunk).on_conflict_do_nothing().execute(conn).await?;
    }
    Ok(())
}

pub(crate) async fn insert_definitions(conn: &mut Conn, rows: Vec<DefinitionRow>) -> Result<(), StoreError> {
    for chunk in rows.chunks(500) {
        diesel::insert_into(definitions::table).values(chunk).execute(conn).await?;
    }
    Ok(())
}

pub(crate) async fn insert_versions(conn: &mut Conn, rows: Vec<VersionRow>) -> Result<(), StoreError> {
    for chunk in rows.chunks(1000) {
        diesel::insert_into(definition_versions::table).values(chunk).execute(conn).await?;
    }
    Ok(())
}

pub(crate) async fn insert_references(conn: &mut Conn, rows: Vec<ReferenceRow>) -> Result<(), StoreError> {
    for chunk in rows.chunks(2000) {
        diesel::insert_into(definition_references::table).values(chunk).execute(conn).await?;
    }
    Ok(())
}

pub(crate) async fn insert_events(conn: &mut Conn, rows: Vec<EventRow>) -> Result<(), StoreError> {
    diesel::insert_into(events::table).values(&rows).execute(conn).await?;
    Ok(())
}
