use super::{Conn, checks, dialect, jobs, links, missed};
use crate::store::StoreError;
use crate::store::idempotency;
use crate::store::schema::{
    api_tokens, audit, blobs, definition_references, definition_versions, definitions, deliveries, edits, events,
    former_names, idempotency_keys, quotas, repositories, sessions, sync_queue, sync_runs, unsettled_links,
    wanted_folders, wants, workspaces,
};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Who did what is asked within a year, if ever.
const AUDIT_KEPT: TimeDelta = TimeDelta::days(366);

pub(crate) async fn purge(conn: &mut Conn, deliveries_kept: TimeDelta) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::delete(deliveries::table.filter(deliveries::received_at.lt(now - deliveries_kept))).execute(conn).await?;
    diesel::delete(audit::table.filter(audit::at.lt(now - AUDIT_KEPT))).execute(conn).await?;
    diesel::delete(sessions::table.filter(sessions::expires_at.lt(now))).execute(conn).await?;
    let busy = sync_queue::table.select(sync_queue::repository_id);
    let idle =
        blobs::table.filter(blobs::repository_id.ne_all(busy)).filter(blobs::fetched_at.lt(now - TimeDelta::hours(1)));
    diesel::delete(idle).execute(conn).await?;
    let answered = idempotency_keys::table.filter(idempotency_keys::created_at.le(now - idempotency::KEPT));
    diesel::delete(answered).execute(conn).await?;
    diesel::delete(quotas::table.filter(quotas::updated_at.lt(now - deliveries_kept))).execute(conn).await?;
    missed::purge(conn, now, deliveries_kept).await?;
    checks::purge(conn, now).await
}

/// Repositories that have been out of service for longer than this.
pub(crate) async fn long_removed(conn: &mut Conn, retention: TimeDelta) -> Result<Vec<i64>, StoreError> {
    let now = dialect::now(conn).await?;
    Ok(repositories::table
        .filter(repositories::state.eq("removed"))
        .filter(repositories::removed_at.lt(now - retention))
        .order(repositories::id)
        .select(repositories::id)
        .load(conn)
        .await?)
}

/// Deletes a repository with all that came from it, and its workspace if nothing else is in it.
pub(crate) async fn forget(conn: &mut Conn, repository: i64, retention: TimeDelta) -> Result<(), StoreError> {
    dialect::lock_repository(conn, repository).await?;
    // Asked again under the lock: it may have been added again meanwhile.
    let removed_before = dialect::now(conn).await? - retention;
    let still = repositories::table
        .find(repository)
        .filter(repositories::state.eq("removed"))
        .filter(repositories::removed_at.lt(removed_before));
    if !diesel::select(diesel::dsl::exists(still)).get_result::<bool>(conn).await? {
        return Ok(());
    }
    let workspace: String = repositories::table.find(repository).select(repositories::workspace_id).first(conn).await?;
    dialect::lock_workspace(conn, &workspace).await?;
    let referring = links::referring(conn, &workspace, repository).await?;
    erase(conn, repository).await?;
    erase_repository(conn, repository).await?;
    let others = repositories::table.filter(repositories::workspace_id.eq(workspace.clone()));
    let defined = definitions::table.filter(definitions::workspace_id.eq(workspace.clone()));
    let in_use: bool = diesel::select(diesel::dsl::exists(others)).get_result(conn).await?;
    let holds: bool = diesel::select(diesel::dsl::exists(defined)).get_result(conn).await?;
    if !in_use && !holds {
        diesel::delete(sync_runs::table.filter(sync_runs::workspace_id.eq(workspace.clone()))).execute(conn).await?;
        diesel::delete(events::table.filter(events::workspace_id.eq(workspace.clone()))).execute(conn).await?;
        diesel::delete(api_tokens::table.filter(api_tokens::workspace_id.eq(workspace.clone()))).execute(conn).await?;
        diesel::delete(workspaces::table.find(workspace)).execute(conn).await?;
        return Ok(());
    }
    // An edit may have outlived its file until now.
    links::owe(conn, &referring).await?;
    jobs::settle(conn, &workspace).await?;
    Ok(())
}

/// Deletes all that came from a repository, and what is on its way. The caller holds the repository.
pub(super) async fn erase(conn: &mut Conn, repository: i64) -> Result<(), StoreError> {
    let own = || definitions::table.filter(definitions::repository_id.eq(repository)).select(definitions::id);
    diesel::delete(definition_references::table.filter(definition_references::definition_id.eq_any(own())))
        .execute(conn)
        .await?;
    diesel::delete(unsettled_links::table.filter(unsettled_links::definition_id.eq_any(own()))).execute(conn).await?;
    diesel::delete(definition_versions::table.filter(definition_versions::definition_id.eq_any(own())))
        .execute(conn)
        .await?;
    diesel::delete(edits::table.filter(edits::definition_id.eq_any(own()))).execute(conn).await?;
    diesel::delete(definitions::table.filter(definitions::repository_id.eq(repository))).execute(conn).await?;
    diesel::delete(sync_queue::table.filter(sync_queue::repository_id.eq(repository))).execute(conn).await?;
    diesel::delete(sync_runs::table.filter(sync_runs::repository_id.eq(repository))).execute(conn).await?;
    diesel::delete(blobs::table.filter(blobs::repository_id.eq(repository))).execute(conn).await?;
    checks::untell(conn, repository).await
}

/// Deletes the repository itself, once nothing is left of what came from it.
pub(super) async fn erase_repository(conn: &mut Conn, repository: i64) -> Result<(), StoreError> {
    diesel::delete(wanted_folders::table.filter(wanted_folders::repository_id.eq(repository))).execute(conn).await?;
    diesel::delete(former_names::table.filter(former_names::repository_id.eq(repository))).execute(conn).await?;
    checks::forget(conn, repository).await?;
    diesel::delete(wants::table.find(repository)).execute(conn).await?;
    diesel::delete(repositories::table.find(repository)).execute(conn).await?;
    Ok(())
}

pub(crate) async fn backlog(conn: &mut Conn) -> Result<(i64, Option<TimeDelta>), StoreError> {
    let now = dialect::now(conn).await?;
    let pending = sync_queue::table.filter(sync_queue::status.eq("pending"));
    let open: i64 = pending.count().get_result(conn).await?;
    let due = pending.filter(sync_queue::not_before.is_null().or(sync_queue::not_before.le(now)));
    let oldest: Option<NaiveDateTime> = due.select(diesel::dsl::min(sync_queue::created_at)).first(conn).await?;
    Ok((open, oldest.map(|created| now - created)))
}
