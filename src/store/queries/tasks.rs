use super::finish::{self, Change};
use super::{Conn, dialect, repositories as repository_rows};
use crate::model::{BlobSha, RepositoryId, TaskId, WorkspaceId};
use crate::plan::comparison::Changed;
use crate::queue::{Lane, TaskMessage};
use crate::store::StoreError;
use crate::store::backoff::{self, GIVEN_UP_AFTER};
use crate::store::rows::blob::NewBlob;
use crate::store::rows::definition::storable;
use crate::store::rows::run::RunRow;
use crate::store::rows::task::TaskRow;
use crate::store::schema::{blobs as blob_rows, repositories, sync_queue, sync_runs, wants};
use crate::store::tasks::{Setback, Then};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Long enough for a worker of the other version to come by.
const SOON: TimeDelta = TimeDelta::seconds(30);
/// How many failures of a run are listed with it.
const ERRORS_KEPT: usize = 50;

pub(crate) async fn open(conn: &mut Conn, ids: &[TaskId]) -> Result<Vec<TaskRow>, StoreError> {
    Ok(sync_queue::table
        .filter(sync_queue::id.eq_any(texts(ids)))
        .filter(sync_queue::status.eq("pending"))
        .select(TaskRow::as_select())
        .load(conn)
        .await?)
}

pub(crate) async fn going_out(conn: &mut Conn, ids: &[TaskId]) -> Result<BTreeSet<TaskId>, StoreError> {
    let now = dialect::now(conn).await?;
    let still: Vec<String> = sync_queue::table
        .filter(sync_queue::id.eq_any(texts(ids)))
        .filter(sync_queue::status.eq("pending"))
        .select(sync_queue::id)
        .load(conn)
        .await?;
    dialect::set_published(conn, still.clone(), Some(now)).await?;
    Ok(still.into_iter().map(TaskId::from_text).collect())
}

pub(crate) async fn not_published(conn: &mut Conn, ids: &[TaskId]) -> Result<(), StoreError> {
    for ids in ids.chunks(1000) {
        dialect::set_published(conn, texts(ids), None).await?;
    }
    Ok(())
}

fn texts(ids: &[TaskId]) -> Vec<String> {
    ids.iter().map(|id| id.as_str().to_owned()).collect()
}

pub(crate) async fn blobs(
    conn: &mut Conn,
    repository: i64,
    shas: &[BlobSha],
) -> Result<Vec<(BlobSha, Vec<u8>)>, StoreError> {
    let shas: Vec<&str> = shas.iter().map(BlobSha::as_str).collect();
    let rows: Vec<(String, Vec<u8>)> = blob_rows::table
        .filter(blob_rows::repository_id.eq(repository))
        .filter(blob_rows::sha.eq_any(shas))
        .select((blob_rows::sha, blob_rows::bytes))
        .load(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(sha, bytes)| Some((BlobSha::new(&sha).ok()?, bytes))).collect())
}

pub(crate) async fn kept_blobs(
    conn: &mut Conn,
    repository: i64,
    shas: &BTreeSet<BlobSha>,
) -> Result<Vec<BlobSha>, StoreError> {
    let shas: Vec<&str> = shas.iter().map(BlobSha::as_str).collect();
    let kept: Vec<String> = blob_rows::table
        .filter(blob_rows::repository_id.eq(repository))
        .filter(blob_rows::sha.eq_any(shas))
        .select(blob_rows::sha)
        .load(conn)
        .await?;
    Ok(kept.iter().filter_map(|sha| BlobSha::new(sha).ok()).collect())
}

pub(crate) async fn keep_blobs(
    conn: &mut Conn,
    repository: i64,
    blobs: &[(BlobSha, Vec<u8>)],
) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    let rows: Vec<NewBlob<'_>> = blobs
        .iter()
        .map(|(sha, bytes)| NewBlob { repository_id: repository, sha: sha.as_str(), bytes, fetched_at: now })
        .collect();
    dialect::insert_blobs(conn, &rows).await
}

pub(crate) async fn overdue(
    conn: &mut Conn,
    lane: Lane,
    limit: i64,
    timeout: TimeDelta,
) -> Result<Vec<TaskMessage>, StoreError> {
    let now = dialect::now(conn).await?;
    let priority = i32::from(lane == Lane::Bulk);
    let due: Vec<(String, i64)> = dialect::overdue(conn, priority, limit, now, now - timeout).await?;
    let ids = due.iter().map(|(id, _)| id.clone()).collect();
    dialect::set_published(conn, ids, Some(now)).await?;
    let messages = due.into_iter().map(|(id, repository)| TaskMessage {
        v: 1,
        task: TaskId::from_text(id),
        repository: RepositoryId::new(repository),
    });
    Ok(messages.collect())
}

pub(crate) async fn set_back(
    conn: &mut Conn,
    repository: i64,
    setbacks: &[Setback],
) -> Result<Option<Changed>, StoreError> {
    dialect::lock_repository(conn, repository).await?;
    let now = dialect::now(conn).await?;
    let Some(row) = repository_rows::find(conn, repository).await? else {
        return Ok(None);
    };
    let mut change = Change::default();
    let mut given_up = Vec::new();
    for setback in setbacks {
        given_up.extend(set_back_one(conn, setback, now).await?);
    }
    if !given_up.is_empty() {
        owe_repair(conn, repository, now).await?;
        for (run, path, error) in given_up {
            change.runs.extend(note_failure(conn, &run, &path, &error).await?);
        }
    }
    if setbacks.iter().any(|setback| matches!(setback.then, Then::LeaveUntil(_))) {
        compare_soon(conn, repository, now).await?;
    }
    // Of a run that lost several files, once.
    change.runs.reverse();
    change.runs.dedup_by(|earlier, later| earlier.id == later.id);
    let finished = finish::after_change(conn, &row, change, now).await?;
    Ok(Some(Changed { workspace: WorkspaceId::from_text(finished.workspace), revision: finished.revision }))
}

/// Run, path and error of a task that is given up.
type GivenUp = (String, String, String);

async fn set_back_one(conn: &mut Conn, setback: &Setback, now: NaiveDateTime) -> Result<Option<GivenUp>, StoreError> {
    let id = setback.task.as_str();
    let task: Option<(i32, String, String)> = sync_queue::table
        .find(id)
        // One that was given up already is not given up again by a message that came twice, nor counted twice.
        .filter(sync_queue::status.eq("pending"))
        .filter(sync_queue::attempts.eq(setback.attempts))
        .select((sync_queue::attempts, sync_queue::run_id, sync_queue::path))
        .first(conn)
        .await
        .optional()?;
    let Some((attempts, run, path)) = task else {
        return Ok(None);
    };
    let error = storable(&setback.error);
    let (attempts, until) = match setback.then {
        Then::WaitUntil(until) | Then::LeaveUntil(until) => (attempts, until),
        Then::TryAgain => (attempts + 1, now + backoff::delay(attempts + 1)),
    };
    let give_up = matches!(setback.then, Then::TryAgain) && attempts >= GIVEN_UP_AFTER;
    diesel::update(sync_queue::table.find(id))
        .set((
            sync_queue::attempts.eq(attempts),
            sync_queue::not_before.eq(until),
            sync_queue::published_at.eq(None::<NaiveDateTime>),
            sync_queue::error.eq(&error),
            sync_queue::status.eq(if give_up { "failed" } else { "pending" }),
        ))
        .execute(conn)
        .await?;
    Ok(give_up.then_some((run, path, error)))
}

async fn compare_soon(conn: &mut Conn, repository: i64, now: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(wants::table.find(repository).filter(wants::repair_at.is_null()))
        .set(wants::repair_at.eq(now + SOON))
        .execute(conn)
        .await?;
    Ok(())
}

/// The stored head is forgotten, so that the next comparison does not pass over the file; and one is owed, but not at once.
async fn owe_repair(conn: &mut Conn, repository: i64, now: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(repositories::table.find(repository))
        .set(repositories::head.eq(None::<String>))
        .execute(conn)
        .await?;
    let attempts: i32 = diesel::update(wants::table.find(repository))
        .set(wants::repair_attempts.eq(wants::repair_attempts + 1))
        .returning(wants::repair_attempts)
        .get_result(conn)
        .await?;
    // Slower than the attempts of one task: those were the quick ones.
    let wait = backoff::delay(attempts.saturating_add(GIVEN_UP_AFTER));
    diesel::update(wants::table.find(repository)).set(wants::repair_at.eq(now + wait)).execute(conn).await?;
    Ok(())
}

/// Returns how the run is now.
async fn note_failure(conn: &mut Conn, run: &str, path: &str, error: &str) -> Result<Option<RunRow>, StoreError> {
    let errors: Option<Value> = sync_runs::table.find(run).select(sync_runs::errors).first(conn).await.optional()?;
    let mut errors = errors.and_then(|errors| errors.as_array().cloned()).unwrap_or_default();
    if errors.len() < ERRORS_KEPT {
        errors.push(json!({"path": path, "message": error}));
    }
    Ok(diesel::update(sync_runs::table.find(run))
        .set((sync_runs::failed_files.eq(sync_runs::failed_files + 1), sync_runs::errors.eq(Value::Array(errors))))
        .returning(RunRow::as_returning())
        .get_result(conn)
        .await
        .optional()?)
}
