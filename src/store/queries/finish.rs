use super::write::Written;
use super::{Conn, checks, dialect, held, links, owner_settings, resolve, workspaces as workspace_rows};
use crate::model::{Kind, WorkStatus};
use crate::store::StoreError;
use crate::store::events::{Event, Stale};
use crate::store::held::Held;
use crate::store::rows::definition::DefinitionRow;
use crate::store::rows::repository::Repository;
use crate::store::rows::run::RunRow;
use crate::store::schema::{blobs, definitions, edits as edit_rows, repositories, sync_queue, sync_runs, wants};
use chrono::NaiveDateTime;
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::BTreeSet;

/// What a transaction has changed so far, for those who watch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    pub kinds: BTreeSet<Kind>,
    /// As they are by now.
    pub runs: Vec<RunRow>,
}

/// How many ids one statement names: PostgreSQL takes 65,535 parameters, SQLite 32,766.
const IDS_AT_ONCE: usize = 5000;

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
    change: Change,
    now: NaiveDateTime,
) -> Result<Finished, StoreError> {
    dialect::lock_workspace(conn, &repository.workspace_id).await?;
    let Change { kinds, mut runs } = change;
    let mut stale = Stale { kinds, everything: false };
    if !is_due(conn, repository.id, now).await? {
        entomb(conn, repository, now).await?;
        resolve::names(conn, &repository.workspace_id).await?;
        stale.add(links::settle(conn, &repository.workspace_id).await?);
        let closed = close(conn, repository.id, now).await?;
        runs.retain(|run| closed.iter().all(|closed| closed.id != run.id));
        runs.extend(closed);
    }
    let told: Vec<Event> =
        std::iter::once(Event::Invalidate(stale)).chain(runs.into_iter().map(Event::of_run)).collect();
    let revision = workspace_rows::raise_with(conn, &repository.workspace_id, &told).await?;
    Ok(Finished { workspace: repository.workspace_id.clone(), revision })
}

/// Whether a task is open that waits for nothing. Found at the first one: a large run asks this after each of its batches.
async fn is_due(conn: &mut Conn, repository: i64, now: NaiveDateTime) -> Result<bool, StoreError> {
    let due = sync_queue::table
        .filter(sync_queue::repository_id.eq(repository))
        .filter(sync_queue::status.eq("pending"))
        .filter(sync_queue::not_before.is_null().or(sync_queue::not_before.le(now)));
    Ok(diesel::select(exists(due)).get_result(conn).await?)
}

/// Whether a task is open, though it may have to wait.
pub(crate) async fn is_waiting(conn: &mut Conn, repository: i64) -> Result<bool, StoreError> {
    let open = sync_queue::table.filter(sync_queue::repository_id.eq(repository));
    Ok(diesel::select(exists(open.filter(sync_queue::status.eq("pending")))).get_result(conn).await?)
}

/// Closes the run, unless tasks wait for their time.
async fn close(conn: &mut Conn, repository: i64, now: NaiveDateTime) -> Result<Vec<RunRow>, StoreError> {
    let with_status = |status: &'static str| {
        sync_queue::table.filter(sync_queue::repository_id.eq(repository)).filter(sync_queue::status.eq(status))
    };
    let left = (exists(with_status("pending")), exists(with_status("failed")));
    let (waiting, failed): (bool, bool) = diesel::select(left).get_result(conn).await?;
    if waiting {
        return Ok(vec![]);
    }
    let closed = close_run(conn, repository, failed, now).await?;
    if !failed {
        note_synced(conn, repository, now).await?;
        diesel::delete(blobs::table.filter(blobs::repository_id.eq(repository))).execute(conn).await?;
    }
    Ok(closed)
}

/// Definitions whose file has gone, and was not found again under another path, become tombstones; an edited one may stand.
async fn entomb(conn: &mut Conn, repository: &Repository, now: NaiveDateTime) -> Result<(), StoreError> {
    let gone = definitions::table.filter(definitions::repository_id.eq(repository.id)).filter(definitions::gone);
    let ids: Vec<String> = gone.select(definitions::id).load(conn).await?;
    if ids.is_empty() {
        return Ok(());
    }
    lose_edited(conn, repository, now).await?;
    links::owe(conn, &ids).await?;
    for ids in ids.chunks(IDS_AT_ONCE) {
        // What is left of them is hidden: from now on there is nothing to hide.
        let hidden = edit_rows::table.filter(edit_rows::definition_id.eq_any(ids)).filter(edit_rows::hidden);
        diesel::delete(hidden).execute(conn).await?;
    }
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

/// Git has deleted files whose definitions were edited.
async fn lose_edited(conn: &mut Conn, repository: &Repository, now: NaiveDateTime) -> Result<(), StoreError> {
    let rows: Vec<DefinitionRow> = definitions::table
        .inner_join(edit_rows::table.on(edit_rows::definition_id.eq(definitions::id)))
        .filter(definitions::repository_id.eq(repository.id))
        .filter(definitions::gone)
        .filter(edit_rows::hidden.eq(false))
        .select(DefinitionRow::as_select())
        .load(conn)
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let prefers = owner_settings::preference(conn, repository).await?;
    let mut written = Written::default();
    for mut held in held::with_edits(conn, rows).await?.into_iter().filter(Held::is_edited) {
        let news = held.lose_file(prefers, now);
        written.add(held, news, false);
    }
    written.write(conn).await
}

async fn close_run(
    conn: &mut Conn,
    repository: i64,
    failed: bool,
    now: NaiveDateTime,
) -> Result<Vec<RunRow>, StoreError> {
    let status = if failed { WorkStatus::Failed } else { WorkStatus::Completed };
    let compared = repositories::table.find(repository).select(repositories::compared).single_value();
    // Those that somebody asked for meanwhile, and that found nothing new, waited for the same files.
    let answered = sync_runs::status.eq(WorkStatus::Pending.as_str()).and(sync_runs::wanted.nullable().le(compared));
    let under_way = sync_runs::table
        .filter(sync_runs::repository_id.eq(repository))
        .filter(sync_runs::status.eq(WorkStatus::Processing.as_str()).or(answered));
    let closed: Vec<RunRow> = diesel::update(under_way)
        .set((
            sync_runs::status.eq(status.as_str()),
            sync_runs::current_file.eq(None::<String>),
            sync_runs::finished_at.eq(now),
        ))
        .returning(RunRow::as_returning())
        .get_results(conn)
        .await?;
    for begun in closed.iter().filter_map(|run| run.started_at) {
        // Counted again if this transaction has to be tried again: seldom enough for a histogram.
        let took = (now - begun).to_std().unwrap_or_default();
        metrics::histogram!("dotcursor_run_seconds", "status" => status.as_str()).record(took);
    }
    for commit in closed.iter().filter_map(|run| run.commit_sha.as_deref()) {
        checks::owe(conn, repository, commit, now).await?;
    }
    Ok(closed)
}

/// The same where tasks of an earlier plan may still be under way.
pub(crate) async fn note_if_synced(conn: &mut Conn, repository: i64, now: NaiveDateTime) -> Result<(), StoreError> {
    let open = sync_queue::table.filter(sync_queue::repository_id.eq(repository));
    if diesel::select(exists(open)).get_result(conn).await? {
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
    // Only where something had failed: these rows are the receivers'. What a person had tried again has worked: the comparison
    // that is owed on account of the failure need not wait.
    let repair = wants::table.find(repository).filter(wants::repair_attempts.gt(0)).filter(wants::repair_at.gt(now));
    diesel::update(repair).set(wants::repair_at.eq(now)).execute(conn).await?;
    diesel::update(wants::table.find(repository).filter(wants::repair_attempts.gt(0)))
        .set(wants::repair_attempts.eq(0))
        .execute(conn)
        .await?;
    Ok(())
}
