use super::{Conn, dialect, links, resolve, workspaces as workspace_rows};
use crate::model::WorkStatus;
use crate::store::StoreError;
use crate::store::rows::repository::Repository;
use crate::store::schema::{blobs, definitions, repositories, sync_queue, sync_runs, wants};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// What a transaction that changed a workspace leaves behind.
#[derive(Clone, Debug)]
pub(crate) struct Finished {
    pub workspace: String,
    pub revision: i64,
}

/// Rule 7: whichever transaction leaves no open task that is due resolves. The caller holds the repository's lock; the
/// workspace's is taken here, and tasks are counted after that.
pub(crate) async fn after_change(
    conn: &mut Conn,
    repository: &Repository,
    now: NaiveDateTime,
) -> Result<Finished, StoreError> {
    dialect::lock_workspace(conn, &repository.workspace_id).await?;
    let open = open(conn, repository.id, now).await?;
    if open.due == 0 {
        entomb(conn, repository.id, now).await?;
        resolve::names(conn, &repository.workspace_id).await?;
        links::settle(conn, &repository.workspace_id).await?;
    }
    if open.waiting + open.due == 0 {
        close_run(conn, repository.id, open.failed > 0, now).await?;
        if open.failed == 0 {
            note_synced(conn, repository.id, now).await?;
            diesel::delete(blobs::table.filter(blobs::repository_id.eq(repository.id))).execute(conn).await?;
        }
    }
    let revision = workspace_rows::raise(conn, &repository.workspace_id).await?;
    Ok(Finished { workspace: repository.workspace_id.clone(), revision })
}

struct Open {
    due: i64,
    waiting: i64,
    failed: i64,
}

async fn open(conn: &mut Conn, repository: i64, now: NaiveDateTime) -> Result<Open, StoreError> {
    let of_repository = sync_queue::table.filter(sync_queue::repository_id.eq(repository));
    let pending = of_repository.filter(sync_queue::status.eq("pending"));
    let waiting: i64 = pending.filter(sync_queue::not_before.gt(now)).count().get_result(conn).await?;
    let all: i64 = pending.count().get_result(conn).await?;
    let failed: i64 = of_repository.filter(sync_queue::status.eq("failed")).count().get_result(conn).await?;
    Ok(Open { due: all - waiting, waiting, failed })
}

/// Definitions whose file has gone, and was not found again under another path, become tombstones.
async fn entomb(conn: &mut Conn, repository: i64, now: NaiveDateTime) -> Result<(), StoreError> {
    let gone = definitions::table.filter(definitions::repository_id.eq(repository)).filter(definitions::gone);
    let ids: Vec<String> = gone.select(definitions::id).load(conn).await?;
    links::owe(conn, &ids).await?;
    diesel::update(gone)
        .set((
            definitions::deleted_at.eq(now),
            definitions::updated_at.eq(now),
            definitions::gone.eq(false),
            definitions::pending.eq(false),
            definitions::conflict.eq(None::<serde_json::Value>),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn close_run(conn: &mut Conn, repository: i64, failed: bool, now: NaiveDateTime) -> Result<(), StoreError> {
    let status = if failed { WorkStatus::Failed } else { WorkStatus::Completed };
    let under_way = sync_runs::table
        .filter(sync_runs::repository_id.eq(repository))
        .filter(sync_runs::status.eq(WorkStatus::Processing.as_str()));
    let begun: Vec<Option<NaiveDateTime>> = diesel::update(under_way)
        .set((
            sync_runs::status.eq(status.as_str()),
            sync_runs::current_file.eq(None::<String>),
            sync_runs::finished_at.eq(now),
        ))
        .returning(sync_runs::started_at)
        .get_results(conn)
        .await?;
    for begun in begun.into_iter().flatten() {
        // Counted again if this transaction has to be tried again: seldom enough for a histogram.
        let took = (now - begun).to_std().unwrap_or_default();
        metrics::histogram!("dotcursor_run_seconds", "status" => status.as_str()).record(took);
    }
    Ok(())
}

/// The same where tasks of an earlier plan may still be under way.
pub(crate) async fn note_if_synced(conn: &mut Conn, repository: i64, now: NaiveDateTime) -> Result<(), StoreError> {
    let open = sync_queue::table.filter(sync_queue::repository_id.eq(repository));
    if diesel::select(diesel::dsl::exists(open)).get_result(conn).await? {
        return Ok(());
    }
    note_synced(conn, repository, now).await
}

/// The repository was found equal to its head.
pub(crate) async fn note_synced(conn: &mut Conn, repository: i64, now: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(repositories::table.find(repository))
        .set((repositories::synced_at.eq(now), repositories::synced_head.eq(repositories::head)))
        .execute(conn)
        .await?;
    // Only where something had failed: these rows are the receivers'.
    diesel::update(wants::table.find(repository).filter(wants::repair_attempts.gt(0)))
        .set(wants::repair_attempts.eq(0))
        .execute(conn)
        .await?;
    Ok(())
}
