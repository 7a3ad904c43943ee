use super::{Conn, audit, dialect, links, resolve, workspaces as workspace_rows};
use crate::model::{Actor, DefinitionId, JobType, Kind, SyncStatus, WorkStatus, WorkspaceId};
use crate::plan::comparison::Changed;
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::events::Event;
use crate::store::jobs::{Judged, Progress, Stored, Subject};
use crate::store::rows::definition::{storable, storable_json};
use crate::store::rows::edit::EditMark;
use crate::store::rows::run::RunRow;
use crate::store::schema::{definitions, edits, sync_runs, workspaces};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const OPEN: [&str; 2] = ["pending", "processing"];

fn row(job: JobType, subject: &Subject, now: NaiveDateTime) -> RunRow {
    RunRow {
        kind: subject.kind.map(|kind| kind.as_str().to_owned()),
        definition_id: subject.definition.as_ref().map(|id| id.as_str().to_owned()),
        ..RunRow::new(subject.workspace.as_str(), job, "request", now)
    }
}

/// Whether there is such a workspace; if so, until the end of the transaction.
async fn stands(conn: &mut Conn, workspace: &str) -> Result<bool, StoreError> {
    dialect::lock_workspace(conn, workspace).await?;
    Ok(workspace_rows::revision(conn, workspace).await?.is_some())
}

/// As the audit log calls it.
fn action(job: JobType, subject: &Subject) -> &'static str {
    match (job, &subject.definition) {
        (JobType::Resolve, _) => "references.resolve",
        (JobType::Validate, Some(_)) => "definition.validate",
        (JobType::Validate, None) => "definitions.validate",
        (JobType::Sync | JobType::Parse, _) => "run.request",
    }
}

async fn note(
    conn: &mut Conn,
    (job, run): (JobType, &RunRow),
    subject: &Subject,
    by: &Actor,
) -> Result<(), StoreError> {
    let workspace = subject.workspace.as_str();
    let details = json!({"kind": subject.kind.map(Kind::plural), "run": run.id});
    let target = subject.definition.as_ref().map_or(workspace, DefinitionId::as_str);
    let deed = Deed { actor: by, workspace: Some(workspace), action: action(job, subject), target, details };
    audit::note(conn, deed).await
}

pub(crate) async fn request(
    conn: &mut Conn,
    job: JobType,
    subject: &Subject,
    by: &Actor,
) -> Result<Option<RunRow>, StoreError> {
    // Of two that ask at once the second finds the job of the first.
    if !stands(conn, subject.workspace.as_str()).await? {
        return Ok(None);
    }
    let run = promise(conn, job, subject).await?;
    note(conn, (job, &run), subject, by).await?;
    Ok(Some(run))
}

async fn promise(conn: &mut Conn, job: JobType, subject: &Subject) -> Result<RunRow, StoreError> {
    let now = dialect::now(conn).await?;
    let new = row(job, subject, now);
    let open: Vec<RunRow> = sync_runs::table
        .filter(sync_runs::workspace_id.eq(&new.workspace_id))
        .filter(sync_runs::job_type.eq(&new.job_type))
        .filter(sync_runs::status.eq_any(OPEN))
        .select(RunRow::as_select())
        .load(conn)
        .await?;
    let is_same = |run: &RunRow| (&run.kind, &run.definition_id) == (&new.kind, &new.definition_id);
    if let Some(same) = open.into_iter().find(is_same) {
        return Ok(same);
    }
    diesel::insert_into(sync_runs::table).values(&new).execute(conn).await?;
    Ok(new)
}

pub(crate) async fn record(
    conn: &mut Conn,
    job: JobType,
    subject: &Subject,
    progress: &Progress,
    by: &Actor,
) -> Result<Option<RunRow>, StoreError> {
    if !stands(conn, subject.workspace.as_str()).await? {
        return Ok(None);
    }
    let now = dialect::now(conn).await?;
    let done = RunRow {
        status: WorkStatus::Completed.as_str().to_owned(),
        total_files: progress.total,
        parsed_files: progress.done,
        failed_files: progress.failed,
        errors: json!(progress.errors),
        started_at: Some(now),
        finished_at: Some(now),
        ..row(job, subject, now)
    };
    diesel::insert_into(sync_runs::table).values(&done).execute(conn).await?;
    note(conn, (job, &done), subject, by).await?;
    tell(conn, Some(&done)).await?;
    Ok(Some(done))
}

pub(crate) async fn take(conn: &mut Conn, lease: TimeDelta) -> Result<Option<RunRow>, StoreError> {
    let now = dialect::now(conn).await?;
    let lost: Vec<RunRow> = diesel::update(
        sync_runs::table
            .filter(sync_runs::repository_id.is_null())
            .filter(sync_runs::status.eq("processing"))
            .filter(sync_runs::leased_until.lt(now))
            .filter(sync_runs::workspace_id.eq_any(workspaces::table.select(workspaces::id)))
            .filter(sync_runs::job_type.eq(JobType::Parse.as_str())),
    )
    .set((
        sync_runs::status.eq(WorkStatus::Failed.as_str()),
        sync_runs::errors.eq(json!([{"path": null, "message": "the import was cut short; begin it again"}])),
        sync_runs::finished_at.eq(now),
    ))
    .returning(RunRow::as_returning())
    .get_results(conn)
    .await?;
    // What it had stored by then stands, and has its names and references like anything else.
    for workspace in lost.iter().map(|run| &run.workspace_id).collect::<BTreeSet<_>>() {
        settle(conn, workspace).await?;
    }
    for run in &lost {
        tell(conn, Some(run)).await?;
    }
    let free = sync_runs::status.eq("pending").or(sync_runs::leased_until.lt(now));
    let next: Option<String> = sync_runs::table
        .filter(sync_runs::repository_id.is_null())
        .filter(sync_runs::status.eq_any(OPEN))
        // One whose workspace is gone could not be told of, and would be in the way of all others.
        .filter(sync_runs::workspace_id.eq_any(workspaces::table.select(workspaces::id)))
        .filter(free)
        .order(sync_runs::created_at)
        .select(sync_runs::id)
        .first(conn)
        .await
        .optional()?;
    let Some(next) = next else {
        return Ok(None);
    };
    let free = sync_runs::status.eq("pending").or(sync_runs::leased_until.lt(now));
    let taken = diesel::update(sync_runs::table.find(next).filter(sync_runs::status.eq_any(OPEN)).filter(free))
        .set((
            sync_runs::status.eq(WorkStatus::Processing.as_str()),
            sync_runs::started_at.eq(now),
            sync_runs::leased_until.eq(now + lease),
        ))
        .returning(RunRow::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    tell(conn, taken.as_ref()).await?;
    Ok(taken)
}

/// Those who watch the workspace are told how the job is.
async fn tell(conn: &mut Conn, run: Option<&RunRow>) -> Result<(), StoreError> {
    // It went with its workspace.
    let Some(run) = run else {
        return Ok(());
    };
    workspace_rows::tell(conn, &run.workspace_id, &[Event::of_run(run.clone())]).await.map(drop)
}

/// Names and references of the workspace; its new revision.
pub(crate) async fn settle(conn: &mut Conn, workspace: &str) -> Result<i64, StoreError> {
    dialect::lock_workspace(conn, workspace).await?;
    resolve::names(conn, workspace).await?;
    links::settle(conn, workspace).await?;
    workspace_rows::raise(conn, workspace).await
}

pub(crate) async fn note_progress(
    conn: &mut Conn,
    run: &str,
    progress: &Progress,
    lease: TimeDelta,
) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    let run: Option<RunRow> = diesel::update(sync_runs::table.find(run))
        .set((
            sync_runs::total_files.eq(progress.total),
            sync_runs::parsed_files.eq(progress.done),
            sync_runs::failed_files.eq(progress.failed),
            sync_runs::current_file.eq(&progress.current),
            sync_runs::errors.eq(json!(progress.errors)),
            sync_runs::leased_until.eq(now + lease),
        ))
        .returning(RunRow::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    tell(conn, run.as_ref()).await
}

pub(crate) async fn end(conn: &mut Conn, run: &str, status: WorkStatus) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    let finished_at = (status != WorkStatus::Pending).then_some(now);
    let run: Option<RunRow> = diesel::update(sync_runs::table.find(run))
        .set((
            sync_runs::status.eq(status.as_str()),
            sync_runs::current_file.eq(None::<String>),
            sync_runs::leased_until.eq(None::<NaiveDateTime>),
            sync_runs::finished_at.eq(finished_at),
        ))
        .returning(RunRow::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    tell(conn, run.as_ref()).await
}

type Backend = <Conn as diesel_async::AsyncConnectionCore>::Backend;

fn live<'a>(subject: &Subject) -> diesel::helper_types::IntoBoxed<'a, definitions::table, Backend> {
    let mut live = definitions::table
        .filter(definitions::workspace_id.eq(subject.workspace.as_str().to_owned()))
        .filter(definitions::deleted_at.is_null())
        .into_boxed();
    if let Some(kind) = subject.kind {
        live = live.filter(definitions::kind.eq(kind.as_str()));
    }
    if let Some(id) = &subject.definition {
        live = live.filter(definitions::id.eq(id.as_str().to_owned()));
    }
    live
}

pub(crate) async fn count(conn: &mut Conn, subject: &Subject) -> Result<i64, StoreError> {
    Ok(live(subject).count().get_result(conn).await?)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = definitions)]
struct StoredRow {
    id: String,
    kind: String,
    name: String,
    path: Option<String>,
    content: String,
    attributes: Value,
    diagnostics: Value,
    error: Option<String>,
    blob: Option<String>,
    seen: Option<String>,
    updated_at: NaiveDateTime,
}

pub(crate) async fn stored(
    conn: &mut Conn,
    subject: &Subject,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<Stored>, StoreError> {
    let rows: Vec<StoredRow> = live(subject)
        .filter(definitions::id.gt(after.unwrap_or_default().to_owned()))
        .order(definitions::id)
        .limit(limit)
        .select(StoredRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().filter_map(StoredRow::into_stored).collect())
}

impl StoredRow {
    fn into_stored(self) -> Option<Stored> {
        Some(Stored {
            kind: Kind::from_text(&self.kind)?,
            blob: self.blob,
            seen: self.seen,
            id: DefinitionId::from_text(self.id),
            name: self.name,
            path: self.path,
            content: self.content,
            attributes: self.attributes,
            diagnostics: self.diagnostics,
            error: self.error,
            updated_at: self.updated_at,
        })
    }
}

pub(crate) async fn judge(conn: &mut Conn, workspace: &str, judged: &[Judged]) -> Result<Option<Changed>, StoreError> {
    if workspace_rows::hold(conn, workspace).await?.is_none() {
        return Ok(None);
    }
    let mut changed = 0;
    for one in judged {
        let row = definitions::table.find(one.id.as_str()).filter(definitions::updated_at.eq(one.updated_at));
        // What else the status depends on is read from the row that this holds by now.
        let held: Option<(bool, bool, Option<String>)> = diesel::update(row)
            .set((
                definitions::diagnostics.eq(storable_json(&one.diagnostics)),
                definitions::error.eq(one.error.as_deref().map(storable)),
            ))
            .returning((definitions::conflict.is_not_null(), definitions::pending, definitions::blob))
            .get_result(conn)
            .await
            .optional()?;
        let Some((conflict, pending, blob)) = held else {
            continue;
        };
        let edit: Option<EditMark> =
            edits::table.find(one.id.as_str()).select(EditMark::as_select()).first(conn).await.optional()?;
        let at_odds = edit.is_some_and(|edit| edit.is_at_odds(blob.as_deref()));
        let status = SyncStatus::of(one.error.is_some(), conflict || at_odds, pending);
        changed += diesel::update(definitions::table.find(one.id.as_str()))
            .set(definitions::status.eq(status.as_str()))
            .execute(conn)
            .await?;
    }
    if changed == 0 {
        return Ok(None);
    }
    // Of several that claim a name, one that is broken gives way.
    let ids: Vec<String> = judged.iter().map(|one| one.id.as_str().to_owned()).collect();
    links::owe(conn, &ids).await?;
    let revision = settle(conn, workspace).await?;
    Ok(Some(Changed { workspace: WorkspaceId::from_text(workspace), revision }))
}
