//! What only SQLite needs, under the names that `postgres/dialect.rs` uses too.

use super::Conn;
use crate::store::StoreError;
use crate::store::rows::delivery::NewDelivery;
use crate::store::schema::deliveries;
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

/// Inserts the inbox rows; a known id is counted.
pub(crate) async fn insert_deliveries(conn: &mut Conn, rows: Vec<NewDelivery>) -> Result<(), StoreError> {
    let all = move |c: &mut SqliteConnection| {
        for row in &rows {
            diesel::insert_into(deliveries::table)
                .values(row)
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
