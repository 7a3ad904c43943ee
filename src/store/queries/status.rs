use super::{Conn, dialect};
use crate::model::{Kind, Location};
use crate::store::StoreError;
use crate::store::rows::run::RunRow;
use crate::store::schema::{definitions, repositories, sync_queue, sync_runs, wants};
use crate::store::status::{FailedTask, PROBLEMS_LISTED, RepositoryStanding, Standing, Troubled};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use std::collections::HashMap;

pub(crate) async fn standing(conn: &mut Conn, workspace: &str, kind: Option<Kind>) -> Result<Standing, StoreError> {
    let now = dialect::now(conn).await?;
    let tasks = tasks(conn, workspace, kind).await?;
    let unborn = tasks.iter().filter(|task| !task.born).count();
    let failed = tasks.iter().filter(|task| task.failed).take(usize::try_from(PROBLEMS_LISTED).unwrap_or(0));
    Ok(Standing {
        counts: counts(conn, workspace, kind).await?,
        unborn: count(unborn),
        repositories: repositories(conn, workspace, &tasks, now).await?,
        run: run(conn, workspace).await?,
        troubled: troubled(conn, workspace, kind).await?,
        failed: failed
            .map(|task| FailedTask { kind: task.kind, path: task.path.clone(), error: task.error.clone() })
            .collect(),
    })
}

async fn counts(conn: &mut Conn, workspace: &str, kind: Option<Kind>) -> Result<Vec<(String, i64)>, StoreError> {
    let live = definitions::table
        .filter(definitions::workspace_id.eq(workspace))
        .filter(definitions::deleted_at.is_null())
        .filter(definitions::kind.eq_any(kinds(kind)));
    Ok(live.group_by(definitions::status).select((definitions::status, diesel::dsl::count_star())).load(conn).await?)
}

fn kinds(kind: Option<Kind>) -> Vec<&'static str> {
    Kind::ALL.into_iter().filter(|one| kind.is_none_or(|wanted| wanted == *one)).map(Kind::as_str).collect()
}

/// An open task of the workspace.
struct Task {
    repository: i64,
    kind: Option<Kind>,
    path: String,
    failed: bool,
    error: Option<String>,
    not_before: Option<NaiveDateTime>,
    /// Its file has a definition already.
    born: bool,
}

async fn tasks(conn: &mut Conn, workspace: &str, kind: Option<Kind>) -> Result<Vec<Task>, StoreError> {
    type Row = (i64, String, String, String, Option<String>, Option<NaiveDateTime>, Option<String>);
    let rows: Vec<Row> = sync_queue::table
        .inner_join(repositories::table.on(repositories::id.eq(sync_queue::repository_id)))
        .left_join(
            definitions::table.on(definitions::repository_id
                .eq(sync_queue::repository_id.nullable())
                .and(definitions::path.eq(sync_queue::path.nullable()))
                .and(definitions::deleted_at.is_null())),
        )
        .filter(repositories::workspace_id.eq(workspace))
        .order(sync_queue::path)
        .select((
            sync_queue::repository_id,
            sync_queue::path,
            sync_queue::seen,
            sync_queue::status,
            sync_queue::error,
            sync_queue::not_before,
            definitions::id.nullable(),
        ))
        .load(conn)
        .await?;
    let tasks = rows.into_iter().map(|(repository, path, seen, status, error, not_before, born)| Task {
        repository,
        kind: Location::from_seen(&path, Some(&seen)).map(|at| at.kind),
        path,
        failed: status == "failed",
        error,
        not_before,
        born: born.is_some(),
    });
    Ok(tasks.filter(|task| kind.is_none() || task.kind == kind).collect())
}

#[derive(Queryable)]
struct RepositoryRow {
    id: i64,
    full_name: String,
    state: String,
    branch: Option<String>,
    default_branch: Option<String>,
    announced_head: Option<String>,
    head: Option<String>,
    synced_head: Option<String>,
    compared: i64,
    wanted: i64,
    synced_at: Option<NaiveDateTime>,
    not_before: Option<NaiveDateTime>,
    repair_at: Option<NaiveDateTime>,
    reason: Option<String>,
    ignored: Value,
    settings: Option<Value>,
    settings_problems: Option<Value>,
}

async fn repositories(
    conn: &mut Conn,
    workspace: &str,
    tasks: &[Task],
    now: NaiveDateTime,
) -> Result<Vec<RepositoryStanding>, StoreError> {
    let rows: Vec<RepositoryRow> = repositories::table
        .inner_join(wants::table.on(wants::repository_id.eq(repositories::id)))
        .filter(repositories::workspace_id.eq(workspace))
        .order(repositories::full_name)
        .select((
            repositories::id,
            repositories::full_name,
            repositories::state,
            repositories::branch,
            repositories::default_branch,
            wants::announced_head,
            repositories::head,
            repositories::synced_head,
            repositories::compared,
            wants::wanted,
            repositories::synced_at,
            wants::not_before,
            wants::repair_at,
            wants::reason,
            repositories::ignored,
            repositories::settings,
            repositories::settings_problems,
        ))
        .load(conn)
        .await?;
    let mut open: HashMap<i64, Vec<&Task>> = HashMap::new();
    for task in tasks {
        open.entry(task.repository).or_default().push(task);
    }
    let standings = rows.into_iter().map(|row| {
        let open = open.get(&row.id).map_or(&[][..], Vec::as_slice);
        RepositoryStanding {
            id: row.id,
            full_name: row.full_name,
            state: row.state,
            branch: row.branch.or(row.default_branch),
            announced_head: row.announced_head,
            head: row.head,
            synced_head: row.synced_head,
            compared: row.compared,
            wanted: row.wanted,
            synced_at: row.synced_at,
            not_before: row.not_before,
            repair_at: row.repair_at,
            reason: row.reason,
            open_tasks: count(open.len()),
            failed_tasks: count(open.iter().filter(|task| task.failed).count()),
            tasks_wait: wait(open, now),
            ignored: row.ignored,
            settings: row.settings,
            settings_problems: row
                .settings_problems
                .and_then(|all| serde_json::from_value(all).ok())
                .unwrap_or_default(),
        }
    });
    Ok(standings.collect())
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// The first of the open tasks to become due, unless one is due already.
fn wait(open: &[&Task], now: NaiveDateTime) -> Option<(NaiveDateTime, Option<String>)> {
    let pending = open.iter().filter(|task| !task.failed);
    let first = pending.min_by_key(|task| task.not_before)?;
    let until = first.not_before.filter(|until| *until > now)?;
    Some((until, first.error.clone()))
}

/// The newest run that is not over.
async fn run(conn: &mut Conn, workspace: &str) -> Result<Option<RunRow>, StoreError> {
    Ok(sync_runs::table
        .filter(sync_runs::workspace_id.eq(workspace))
        .filter(sync_runs::status.eq_any(["pending", "processing"]))
        .order((sync_runs::status.desc(), sync_runs::created_at.desc()))
        .select(RunRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

async fn troubled(conn: &mut Conn, workspace: &str, kind: Option<Kind>) -> Result<Vec<Troubled>, StoreError> {
    let rows: Vec<(String, String, Option<String>, String, Value, Option<Value>)> = definitions::table
        .filter(definitions::workspace_id.eq(workspace))
        .filter(definitions::deleted_at.is_null())
        .filter(definitions::kind.eq_any(kinds(kind)))
        .filter(definitions::status.eq_any(["error", "conflict"]))
        .order((definitions::status.desc(), definitions::path))
        .limit(PROBLEMS_LISTED)
        .select((
            definitions::kind,
            definitions::name,
            definitions::path,
            definitions::status,
            definitions::diagnostics,
            definitions::conflict,
        ))
        .load(conn)
        .await?;
    let troubled = rows.into_iter().map(|(kind, name, path, status, diagnostics, conflict)| Troubled {
        kind,
        name,
        path,
        status,
        diagnostics,
        conflict,
    });
    Ok(troubled.collect())
}
