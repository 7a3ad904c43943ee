//! What only PostgreSQL can do, under the names that `sqlite/dialect.rs` uses too.

use super::Conn;
use crate::store::StoreError;
use crate::store::schema::{repositories, workspaces};
use chrono::NaiveDateTime;
use diesel::prelude::*;
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
