use super::{Conn, audit, dialect, workspaces as workspace_rows};
use crate::model::{Actor, WorkStatus};
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::catalog::Page;
use crate::store::events::Event;
use crate::store::rows::run::RunRow;
use crate::store::rows::task::TaskRow;
use crate::store::schema::{repositories, sync_queue, sync_runs};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

type Backend = <Conn as diesel_async::AsyncConnectionCore>::Backend;

fn of_workspace<'a>(workspace: &str) -> diesel::helper_types::IntoBoxed<'a, sync_queue::table, Backend> {
    let members =
        repositories::table.filter(repositories::workspace_id.eq(workspace.to_owned())).select(repositories::id);
    sync_queue::table.filter(sync_queue::repository_id.eq_any(members)).into_boxed()
}

pub(crate) async fn list(
    conn: &mut Conn,
    workspace: &str,
    status: Option<&str>,
    page: Page,
) -> Result<(Vec<TaskRow>, i64), StoreError> {
    let seen = || match status {
        Some(status) => of_workspace(workspace).filter(sync_queue::status.eq(status.to_owned())),
        None => of_workspace(workspace),
    };
    let total = seen().count().get_result(conn).await?;
    let rows = seen()
        .order((sync_queue::status, sync_queue::path, sync_queue::id))
        .limit(page.size)
        .offset(page.offset())
        .select(TaskRow::as_select())
        .load(conn)
        .await?;
    Ok((rows, total))
}

pub(crate) async fn find(conn: &mut Conn, workspace: &str, id: &str) -> Result<Option<TaskRow>, StoreError> {
    let task = of_workspace(workspace).filter(sync_queue::id.eq(id.to_owned())).select(TaskRow::as_select());
    Ok(task.first(conn).await.optional()?)
}

pub(crate) async fn retry_task(
    conn: &mut Conn,
    workspace: &str,
    id: &str,
    by: &Actor,
) -> Result<Option<TaskRow>, StoreError> {
    let Some(seen) = find(conn, workspace, id).await? else {
        return Ok(None);
    };
    dialect::lock_repository(conn, seen.repository_id).await?;
    // Asked again under the lock: it may have been done, or replaced, meanwhile.
    let Some(task) = find(conn, workspace, id).await? else {
        return Ok(None);
    };
    let details = json!({"path": task.path});
    let deed = Deed { actor: by, workspace: Some(workspace), action: "task.retry", target: id, details };
    audit::note(conn, deed).await?;
    let tasks = [task];
    let revived = revive(conn, &tasks).await?;
    if let Some(run) = reopen(conn, &tasks[0].run_id, &tasks).await? {
        workspace_rows::tell(conn, workspace, &[Event::of_run(run)]).await?;
    }
    Ok(revived.into_iter().next())
}

pub(crate) async fn retry_run(
    conn: &mut Conn,
    workspace: &str,
    run: &str,
    by: &Actor,
) -> Result<Option<RunRow>, StoreError> {
    let own = sync_runs::table.find(run).filter(sync_runs::workspace_id.eq(workspace));
    let repository: Option<Option<i64>> = own.select(sync_runs::repository_id).first(conn).await.optional()?;
    let Some(Some(repository)) = repository else {
        return Ok(None);
    };
    dialect::lock_repository(conn, repository).await?;
    // Asked again under the lock: the run goes along with a repository that is moved to another workspace.
    if own.select(sync_runs::id).first::<String>(conn).await.optional()?.is_none() {
        return Ok(None);
    }
    let failed: Vec<TaskRow> = sync_queue::table
        .filter(sync_queue::repository_id.eq(repository))
        .filter(sync_queue::run_id.eq(run))
        .filter(sync_queue::status.eq(WorkStatus::Failed.as_str()))
        .select(TaskRow::as_select())
        .load(conn)
        .await?;
    if failed.is_empty() {
        return Ok(None);
    }
    let details = json!({"files": failed.len()});
    let deed = Deed { actor: by, workspace: Some(workspace), action: "run.retry", target: run, details };
    audit::note(conn, deed).await?;
    revive(conn, &failed).await?;
    let reopened = reopen(conn, run, &failed).await?;
    if let Some(run) = reopened.clone() {
        workspace_rows::tell(conn, workspace, &[Event::of_run(run)]).await?;
    }
    Ok(reopened)
}

/// Due now, in the lane of what people wait for; not published, so that the sweeper does it.
async fn revive(conn: &mut Conn, tasks: &[TaskRow]) -> Result<Vec<TaskRow>, StoreError> {
    let mut revived = Vec::with_capacity(tasks.len());
    for task in tasks {
        let given_up = task.status == WorkStatus::Failed.as_str();
        let row: TaskRow = diesel::update(sync_queue::table.find(&task.id))
            .set((
                sync_queue::status.eq(WorkStatus::Pending.as_str()),
                sync_queue::attempts.eq(if given_up { 0 } else { task.attempts }),
                sync_queue::priority.eq(0),
                sync_queue::not_before.eq(None::<NaiveDateTime>),
                sync_queue::published_at.eq(None::<NaiveDateTime>),
            ))
            .returning(TaskRow::as_returning())
            .get_result(conn)
            .await?;
        revived.push(row);
    }
    Ok(revived)
}

/// A run whose files were given up goes on. `None` if none of these was given up.
async fn reopen(conn: &mut Conn, run: &str, tasks: &[TaskRow]) -> Result<Option<RunRow>, StoreError> {
    let given_up: Vec<&str> =
        tasks.iter().filter(|task| task.status == WorkStatus::Failed.as_str()).map(|task| task.path.as_str()).collect();
    let row: Option<RunRow> = sync_runs::table.find(run).select(RunRow::as_select()).first(conn).await.optional()?;
    let Some(row) = row.filter(|_| !given_up.is_empty()) else {
        return Ok(None);
    };
    let is_open_again = |error: &Value| error["path"].as_str().is_some_and(|path| given_up.contains(&path));
    let errors: Vec<Value> =
        row.errors.as_array().into_iter().flatten().filter(|error| !is_open_again(error)).cloned().collect();
    let fewer = i32::try_from(given_up.len()).unwrap_or(i32::MAX);
    Ok(diesel::update(sync_runs::table.find(run))
        .set((
            sync_runs::status.eq(WorkStatus::Processing.as_str()),
            sync_runs::failed_files.eq(row.failed_files.saturating_sub(fewer).max(0)),
            sync_runs::errors.eq(Value::Array(errors)),
            sync_runs::finished_at.eq(None::<NaiveDateTime>),
        ))
        .returning(RunRow::as_returning())
        .get_result(conn)
        .await
        .optional()?)
}
