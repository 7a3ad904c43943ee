use super::Conn;
use super::finish;
use crate::model::{JobType, RunId, WorkStatus};
use crate::plan::Comparison;
use crate::queue::Lane;
use crate::store::StoreError;
use crate::store::rows::repository::Repository;
use crate::store::rows::run::RunRow;
use crate::store::schema::sync_runs;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Begins the run of a new plan: the one that a person asked for, if one waits, else a new one.
/// Runs under way, and others that were asked for by then, are over; what was left of them is in the new one. Returns it first.
pub(crate) async fn begin(
    conn: &mut Conn,
    repository: &Repository,
    comparison: &Comparison,
    files: usize,
    now: NaiveDateTime,
) -> Result<(RunId, Vec<RunRow>), StoreError> {
    let asked = requested(conn, repository.id, comparison.wanted).await?;
    let run = match asked.as_slice() {
        [run, ..] => run.clone(),
        [] => insert(conn, repository, comparison, now).await?,
    };
    let head = comparison.head.as_ref();
    let begun: RunRow = diesel::update(sync_runs::table.find(&run))
        .set((
            sync_runs::number.eq(repository.run_number + 1),
            sync_runs::status.eq(WorkStatus::Processing.as_str()),
            sync_runs::commit_sha.eq(head.map(|head| head.commit.to_string())),
            sync_runs::branch.eq(head.map(|head| head.branch.clone())),
            sync_runs::total_files.eq(i32::try_from(files).unwrap_or(i32::MAX)),
            sync_runs::started_at.eq(now),
        ))
        .returning(RunRow::as_returning())
        .get_result(conn)
        .await?;
    let mut runs = vec![begun];
    runs.extend(supersede(conn, repository.id, &asked, &run, now).await?);
    Ok((RunId::from_text(run), runs))
}

async fn insert(
    conn: &mut Conn,
    repository: &Repository,
    comparison: &Comparison,
    now: NaiveDateTime,
) -> Result<String, StoreError> {
    let row = RunRow {
        repository_id: Some(repository.id),
        priority: i32::from(comparison.reason.lane() == Lane::Bulk),
        wanted: comparison.wanted,
        delivery_id: comparison.delivery.as_ref().map(ToString::to_string),
        ..RunRow::new(&repository.workspace_id, JobType::Sync, comparison.reason.as_str(), now)
    };
    diesel::insert_into(sync_runs::table).values(&row).execute(conn).await?;
    Ok(row.id)
}

/// Runs that a person asked for and that this comparison answers, oldest first.
async fn requested(conn: &mut Conn, repository: i64, wanted: i64) -> Result<Vec<String>, StoreError> {
    Ok(sync_runs::table
        .filter(sync_runs::repository_id.eq(repository))
        .filter(sync_runs::status.eq(WorkStatus::Pending.as_str()))
        .filter(sync_runs::wanted.le(wanted))
        .order(sync_runs::created_at)
        .select(sync_runs::id)
        .load(conn)
        .await?)
}

/// What is under way, and what was asked for and is answered by the same comparison.
async fn supersede(
    conn: &mut Conn,
    repository: i64,
    asked: &[String],
    by: &str,
    now: NaiveDateTime,
) -> Result<Vec<RunRow>, StoreError> {
    let over = sync_runs::table
        .filter(sync_runs::repository_id.eq(repository))
        .filter(sync_runs::status.eq(WorkStatus::Processing.as_str()).or(sync_runs::id.eq_any(asked)))
        .filter(sync_runs::id.ne(by));
    Ok(diesel::update(over)
        .set((
            sync_runs::status.eq(WorkStatus::Completed.as_str()),
            sync_runs::superseded_by.eq(by),
            sync_runs::current_file.eq(None::<String>),
            sync_runs::finished_at.eq(now),
        ))
        .returning(RunRow::as_returning())
        .get_results(conn)
        .await?)
}

/// Nothing was different: the runs that people asked for are over, with no file; while files of an earlier one are still open
/// they wait, and are over when those are. Returns them.
pub(crate) async fn complete_requested(
    conn: &mut Conn,
    repository: &Repository,
    comparison: &Comparison,
    now: NaiveDateTime,
) -> Result<Vec<RunRow>, StoreError> {
    let waiting = requested(conn, repository.id, comparison.wanted).await?;
    let mut completed = Vec::new();
    if !waiting.is_empty() {
        let is_over = !finish::is_waiting(conn, repository.id).await?;
        let status = if is_over { WorkStatus::Completed } else { WorkStatus::Pending };
        completed = diesel::update(sync_runs::table.filter(sync_runs::id.eq_any(waiting)))
            .set((
                sync_runs::status.eq(status.as_str()),
                sync_runs::number.eq(repository.run_number + 1),
                sync_runs::commit_sha.eq(comparison.head.as_ref().map(|head| head.commit.to_string())),
                sync_runs::started_at.eq(now),
                sync_runs::finished_at.eq(is_over.then_some(now)),
            ))
            .returning(RunRow::as_returning())
            .get_results(conn)
            .await?;
    }
    finish::note_if_synced(conn, repository.id, now).await?;
    Ok(completed)
}

/// Counts files of the repository's run under way. Returns how it is now.
pub(crate) async fn progress(
    conn: &mut Conn,
    run: &str,
    parsed: usize,
    current_file: Option<&str>,
) -> Result<Option<RunRow>, StoreError> {
    Ok(diesel::update(sync_runs::table.find(run))
        .set((
            sync_runs::parsed_files.eq(sync_runs::parsed_files + i32::try_from(parsed).unwrap_or(i32::MAX)),
            sync_runs::current_file.eq(current_file),
        ))
        .returning(RunRow::as_returning())
        .get_result(conn)
        .await
        .optional()?)
}
