use super::finish::{self, Change, Finished};
use super::{
    Conn, checks, deeds, dialect, owner_settings, repositories as repository_rows, runs, workspaces as workspace_rows,
};
use crate::model::{DefinitionId, Kind, RunId, SyncStatus, TaskId, WorkspaceId};
use crate::parse::READER_VERSION;
use crate::plan::comparison::Changed;
use crate::plan::{Comparison, Coverage, Decision, KnownRow, Noted, OpenTask, Planned, PlannedTask, SeenFile, decide};
use crate::queue::Lane;
use crate::store::StoreError;
use crate::store::backoff;
use crate::store::events::Event;
use crate::store::rows::repository::Repository;
use crate::store::rows::run::RunRow;
use crate::store::rows::task::TaskRow;
use crate::store::schema::{definitions, edits, repositories, sync_queue};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// How many ids one statement names: PostgreSQL takes 65,535 parameters, SQLite 32,766.
const IDS_AT_ONCE: usize = 5000;

pub(crate) async fn apply(conn: &mut Conn, comparison: &Comparison) -> Result<Planned, StoreError> {
    let mut affected = BTreeSet::new();
    let planned = plan(conn, comparison, &mut affected).await?;
    owner_settings::owe(conn, affected).await?;
    Ok(planned)
}

/// Adds to `affected` the repositories that are to be looked at on account of this one.
async fn plan(conn: &mut Conn, comparison: &Comparison, affected: &mut BTreeSet<i64>) -> Result<Planned, StoreError> {
    let id = comparison.repository.0;
    dialect::lock_repository(conn, id).await?;
    let now = dialect::now(conn).await?;
    let Some(row) = repository_rows::find(conn, id).await? else {
        return Ok(Planned::Superseded);
    };
    if comparison.wanted <= row.compared {
        return Ok(Planned::Superseded);
    }
    if comparison.settings.as_ref().is_some_and(|noted| !owner_settings::is_up_to_date(noted, &row)) {
        return Ok(Planned::ReadAgain);
    }
    if is_settled(comparison, &row) {
        let ruled = pay(conn, comparison, &row, Map::new(), affected, now).await?;
        return settle(conn, comparison, &ruled, now).await;
    }
    let Some(survey) = &comparison.survey else {
        return Ok(Planned::ReadAgain);
    };
    let Some(decision) = decide(survey, known_rows(conn, id).await?, &open_tasks(conn, id).await?) else {
        return Ok(Planned::ReadAgain);
    };
    let ruled = pay(conn, comparison, &row, survey.ignored.clone(), affected, now).await?;
    let cancelled = diesel::delete(sync_queue::table.filter(sync_queue::repository_id.eq(id))).execute(conn).await?;
    mark(conn, &decision).await?;
    let number = row.run_number + 1;
    if decision.is_empty() && cancelled == 0 {
        return settle(conn, comparison, &ruled, now).await;
    }
    let (run, runs) = runs::begin(conn, &row, comparison, decision.parse.len(), now).await?;
    let tasks = task_rows(comparison, &run, number, &decision.parse, now);
    let planned = tasks.iter().zip(&decision.parse).map(|(row, (file, _))| planned_task(row, file)).collect();
    dialect::insert_tasks(conn, tasks).await?;
    let is_ruled_otherwise = comparison.settings.as_ref().is_some_and(Noted::is_change);
    let kinds = if is_ruled_otherwise { Kind::ALL.into_iter().collect() } else { kinds(&decision) };
    let change = Change { kinds, runs };
    let changed = finish::after_change(conn, &ruled.row, change, now).await?.into_changed();
    Ok(Planned::Run { run, tasks: planned, changed: Some(changed) })
}

/// Of which kinds something is shown otherwise at once.
fn kinds(decision: &Decision) -> BTreeSet<Kind> {
    if decision.settled.is_empty() && decision.back.is_empty() {
        return decision.parse.iter().map(|(file, _)| file.location.kind).collect();
    }
    Kind::ALL.into_iter().collect()
}

/// No file differs. A new name of the repository, or of its branch, is still a change: definitions show it.
async fn settle(
    conn: &mut Conn,
    comparison: &Comparison,
    Ruled { row, has_changed }: &Ruled,
    now: NaiveDateTime,
) -> Result<Planned, StoreError> {
    let runs = runs::complete_requested(conn, row, comparison, now).await?;
    let renamed = comparison.facts.as_ref().is_some_and(|facts| facts.full_name != row.full_name);
    if !has_changed && !renamed && !is_other_branch(comparison, row) {
        return Ok(Planned::Settled { changed: tell(conn, row, runs).await? });
    }
    let change = Change { kinds: Kind::ALL.into_iter().collect(), runs };
    let finished = finish::after_change(conn, row, change, now).await?;
    Ok(Planned::Settled { changed: Some(finished.into_changed()) })
}

/// Nothing else is to be seen, but somebody may wait for these runs.
async fn tell(conn: &mut Conn, row: &Repository, runs: Vec<RunRow>) -> Result<Option<Changed>, StoreError> {
    if runs.is_empty() {
        return Ok(None);
    }
    let told: Vec<Event> = runs.into_iter().map(Event::of_run).collect();
    let revision = workspace_rows::tell(conn, &row.workspace_id, &told).await?;
    Ok(Some(Changed { workspace: WorkspaceId::from_text(row.workspace_id.clone()), revision }))
}

/// The branch that is followed is called otherwise than before.
fn is_other_branch(comparison: &Comparison, row: &Repository) -> bool {
    let branch = comparison.head.as_ref().map(|head| head.branch.as_str());
    row.branch.is_some() && branch.is_some() && branch != row.branch.as_deref()
}

/// The head is the one that was last compared as a whole: nothing can be different.
fn is_settled(comparison: &Comparison, row: &Repository) -> bool {
    let Some(head) = &comparison.head else {
        return false;
    };
    let is_ruled_otherwise = comparison.settings.as_ref().is_some_and(Noted::is_change);
    !is_ruled_otherwise && row.is_compared_at(head.commit.as_str(), &head.branch)
}

/// The repository under the settings that are in force from now on.
struct Ruled {
    row: Repository,
    /// Definitions are other than before by the settings alone.
    has_changed: bool,
}

/// `compared := v`, never less than it was; the stored head, what GitHub says of the repository, and what its owner says.
async fn pay(
    conn: &mut Conn,
    comparison: &Comparison,
    row: &Repository,
    ignored: Map<String, Value>,
    affected: &mut BTreeSet<i64>,
    now: NaiveDateTime,
) -> Result<Ruled, StoreError> {
    let head = comparison.head.as_ref().map(|head| head.commit.to_string());
    let branch = comparison.head.as_ref().map(|head| head.branch.clone());
    let coverage = comparison.survey.as_ref().map(|survey| &survey.coverage);
    let whole = !matches!(coverage, Some(Coverage::Folders(_)));
    let facts = comparison.facts.clone();
    diesel::update(repositories::table.find(row.id))
        .set((
            repositories::compared.eq(comparison.wanted),
            repositories::compared_whole.eq(if whole { comparison.wanted_whole } else { row.compared_whole }),
            repositories::whole_head.eq(if whole { head.clone() } else { row.whole_head.clone() }),
            repositories::head.eq(head),
            repositories::branch.eq(branch),
            repositories::run_number.eq(row.run_number + 1),
            repositories::reader.eq(READER_VERSION),
            repositories::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    if let Some(head) = comparison.head.as_ref().filter(|_| is_other_branch(comparison, row)) {
        let live = definitions::table.filter(definitions::repository_id.eq(row.id));
        diesel::update(live.filter(definitions::deleted_at.is_null()))
            .set(definitions::branch.eq(&head.branch))
            .execute(conn)
            .await?;
    }
    if let Some(facts) = facts {
        deeds::of_facts(conn, row, &facts).await?;
        if facts.full_name != row.full_name {
            repository_rows::note_former_name(conn, row).await?;
            affected.extend(owner_settings::affected_by_name(conn, row, &facts.full_name).await?);
        }
        diesel::update(repositories::table.find(row.id))
            .set((
                repositories::full_name.eq(facts.full_name),
                repositories::private.eq(facts.private),
                repositories::archived.eq(facts.archived),
                repositories::default_branch.eq(facts.default_branch),
            ))
            .execute(conn)
            .await?;
    }
    if let Some(coverage) = coverage {
        note_ignored(conn, row.id, coverage, ignored).await?;
    }
    rule(conn, comparison, row, affected, now).await
}

/// What the owner says holds from now on. Who changed it is told what came of it, even if no definition is other than before.
async fn rule(
    conn: &mut Conn,
    comparison: &Comparison,
    row: &Repository,
    affected: &mut BTreeSet<i64>,
    now: NaiveDateTime,
) -> Result<Ruled, StoreError> {
    let Some(noted) = &comparison.settings else {
        return Ok(Ruled { row: row.clone(), has_changed: false });
    };
    let (ruled, has_changed) = owner_settings::put_in_force(conn, row, noted, affected, now).await?;
    let default_branch = comparison.facts.as_ref().and_then(|facts| facts.default_branch.as_deref());
    let head = comparison.head.as_ref().filter(|head| Some(head.branch.as_str()) == default_branch);
    if let Some(head) = head.filter(|_| ruled.settings_blob != row.settings_blob) {
        checks::owe_of_settings(conn, row.id, head.commit.as_str(), now).await?;
    }
    Ok(Ruled { row: ruled, has_changed })
}

/// Replaces what is known of ignored files in the folders that were looked at.
async fn note_ignored(
    conn: &mut Conn,
    repository: i64,
    coverage: &Coverage,
    found: Map<String, Value>,
) -> Result<(), StoreError> {
    let before: Value = repositories::table.find(repository).select(repositories::ignored).first(conn).await?;
    let kept = before.as_object().cloned().unwrap_or_default();
    let mut ignored: Map<String, Value> = kept.into_iter().filter(|(folder, _)| !coverage.covers(folder)).collect();
    ignored.extend(found);
    diesel::update(repositories::table.find(repository))
        .set(repositories::ignored.eq(Value::Object(ignored)))
        .execute(conn)
        .await?;
    Ok(())
}

/// All that git had at the last look, as far as we know: hidden ones too, and none whose file went while it was edited.
async fn known_rows(conn: &mut Conn, repository: i64) -> Result<Vec<KnownRow>, StoreError> {
    let rows: Vec<(String, Option<String>, Option<String>, bool, bool)> = definitions::table
        .left_join(edits::table.on(edits::definition_id.eq(definitions::id)))
        .filter(definitions::repository_id.eq(repository))
        .filter(definitions::source.eq("github"))
        .filter(definitions::deleted_at.is_null().nullable().or(edits::hidden.nullable()))
        .filter(definitions::blob.is_not_null())
        .select((definitions::id, definitions::path, definitions::seen, definitions::gone, definitions::pending))
        .load(conn)
        .await?;
    let known = rows.into_iter().map(|(id, path, seen, gone, pending)| KnownRow {
        id: DefinitionId::from_text(id),
        path: path.unwrap_or_default(),
        seen,
        gone,
        pending,
    });
    Ok(known.collect())
}

async fn open_tasks(conn: &mut Conn, repository: i64) -> Result<Vec<OpenTask>, StoreError> {
    let rows: Vec<(String, String, i32)> = sync_queue::table
        .filter(sync_queue::repository_id.eq(repository))
        .select((sync_queue::path, sync_queue::seen, sync_queue::attempts))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(path, seen, attempts)| OpenTask { path, seen, attempts }).collect())
}

async fn mark(conn: &mut Conn, decision: &Decision) -> Result<(), StoreError> {
    for ids in decision.gone.chunks(IDS_AT_ONCE) {
        diesel::update(definitions::table.filter(definitions::id.eq_any(texts(ids))))
            .set(definitions::gone.eq(true))
            .execute(conn)
            .await?;
    }
    for ids in decision.back.chunks(IDS_AT_ONCE) {
        diesel::update(definitions::table.filter(definitions::id.eq_any(texts(ids))))
            .set(definitions::gone.eq(false))
            .execute(conn)
            .await?;
    }
    set_pending(conn, &decision.pending, true).await?;
    set_pending(conn, &decision.settled, false).await
}

/// Whether a newer text is on its way; the status follows where nothing graver stands in it.
async fn set_pending(conn: &mut Conn, ids: &[DefinitionId], pending: bool) -> Result<(), StoreError> {
    let status = SyncStatus::of(false, false, pending).as_str();
    let before = SyncStatus::of(false, false, !pending).as_str();
    for ids in ids.chunks(IDS_AT_ONCE) {
        let these = definitions::table.filter(definitions::id.eq_any(texts(ids)));
        diesel::update(these.clone()).set(definitions::pending.eq(pending)).execute(conn).await?;
        diesel::update(these.filter(definitions::status.eq(before)))
            .set(definitions::status.eq(status))
            .execute(conn)
            .await?;
    }
    Ok(())
}

fn texts(ids: &[DefinitionId]) -> Vec<String> {
    ids.iter().map(|id| id.as_str().to_owned()).collect()
}

fn task_rows(
    comparison: &Comparison,
    run: &RunId,
    number: i64,
    files: &[(SeenFile, i32)],
    now: NaiveDateTime,
) -> Vec<TaskRow> {
    let Some(head) = &comparison.head else {
        return vec![];
    };
    let rows = files.iter().map(|(file, attempts)| {
        let not_before = (*attempts > 0).then(|| now + backoff::delay(*attempts));
        TaskRow {
            id: TaskId::generate().into_string(),
            repository_id: comparison.repository.0,
            path: file.location.path.clone(),
            run_id: run.as_str().to_owned(),
            run_number: number,
            source_type: "github".to_owned(),
            blob: file.blob.to_string(),
            size: file.size.and_then(|size| i64::try_from(size).ok()).unwrap_or(0),
            support: json!(file.support),
            seen: file.digest.clone(),
            commit_sha: head.commit.to_string(),
            branch: head.branch.clone(),
            delivery_id: comparison.delivery.as_ref().map(ToString::to_string),
            priority: i32::from(comparison.reason.lane() == Lane::Bulk),
            status: "pending".to_owned(),
            attempts: *attempts,
            not_before,
            // Counted as published; the planner says so if it is not.
            published_at: not_before.is_none().then_some(now),
            error: None,
            created_at: now,
        }
    });
    rows.collect()
}

fn planned_task(row: &TaskRow, file: &SeenFile) -> PlannedTask {
    PlannedTask {
        task: TaskId::from_text(row.id.clone()),
        path: row.path.clone(),
        blob: file.blob.clone(),
        size: file.size,
        put_off: row.not_before.is_some(),
    }
}

impl Finished {
    fn into_changed(self) -> Changed {
        Changed { workspace: WorkspaceId::from_text(self.workspace), revision: self.revision }
    }
}
