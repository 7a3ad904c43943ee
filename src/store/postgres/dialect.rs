//! What only PostgreSQL can do, under the names that `sqlite/dialect.rs` uses too.

use super::Conn;
use crate::store::StoreError;
use crate::store::rows::delivery::NewDelivery;
use crate::store::schema::{deliveries, repositories, workspaces};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;

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
