//! What only SQLite needs, under the names that `postgres/dialect.rs` uses too.

use super::Conn;
use crate::store::StoreError;
use chrono::NaiveDateTime;

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
