use super::{Conn, audit, dialect};
use crate::model::{Actor, JobType, WorkStatus};
use crate::plan::comparison::Reason;
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::catalog::Page;
use crate::store::rows::listing::InboxRow;
use crate::store::rows::run::RunRow;
use crate::store::runs::{InboxFilter, RunFilter};
use crate::store::schema::{deliveries as inbox, repositories, sync_runs, wants};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

pub(crate) async fn request_sync(conn: &mut Conn, workspace: &str) -> Result<Vec<RunRow>, StoreError> {
    let now = dialect::now(conn).await?;
    let members: Vec<i64> = repositories::table
        .filter(repositories::workspace_id.eq(workspace))
        .filter(repositories::state.eq("active"))
        .order(repositories::id)
        .select(repositories::id)
        .load(conn)
        .await?;
    let mut promised = Vec::with_capacity(members.len());
    for repository in members {
        promised.extend(request(conn, workspace, repository, now).await?);
    }
    Ok(promised)
}

/// The same, asked for by somebody.
pub(crate) async fn request_sync_by(conn: &mut Conn, workspace: &str, by: &Actor) -> Result<Vec<RunRow>, StoreError> {
    let runs = request_sync(conn, workspace).await?;
    let ids: Vec<&str> = runs.iter().map(|run| run.id.as_str()).collect();
    let details = json!({"runs": ids});
    let deed = Deed { actor: by, workspace: Some(workspace), action: "sync.request", target: workspace, details };
    audit::note(conn, deed).await?;
    Ok(runs)
}

/// None if the repository has left the workspace meanwhile.
async fn request(
    conn: &mut Conn,
    workspace: &str,
    repository: i64,
    now: NaiveDateTime,
) -> Result<Option<RunRow>, StoreError> {
    // The row of `wants` is locked first: of two that ask at once the second finds the run of the first.
    let (wanted, taken): (i64, i64) = diesel::update(wants::table.find(repository))
        .set((
            wants::wanted.eq(wants::wanted + 1),
            wants::wanted_whole.eq(wants::wanted + 1),
            wants::urgent.eq(true),
            wants::not_before.eq(None::<NaiveDateTime>),
        ))
        .returning((wants::wanted, wants::taken))
        .get_result(conn)
        .await?;
    let home: String = repositories::table.find(repository).select(repositories::workspace_id).first(conn).await?;
    if home != workspace {
        return Ok(None);
    }
    let waiting: Option<RunRow> = sync_runs::table
        .filter(sync_runs::repository_id.eq(repository))
        .filter(sync_runs::status.eq(WorkStatus::Pending.as_str()))
        // One whose reading has begun may miss what was pushed a moment ago.
        .filter(sync_runs::wanted.gt(taken))
        .select(RunRow::as_select())
        .first(conn)
        .await
        .optional()?;
    if let Some(run) = waiting {
        return Ok(Some(run));
    }
    let run = RunRow {
        repository_id: Some(repository),
        wanted,
        ..RunRow::new(workspace, JobType::Sync, Reason::Request.as_str(), now)
    };
    diesel::insert_into(sync_runs::table).values(&run).execute(conn).await?;
    Ok(Some(run))
}

pub(crate) async fn run(conn: &mut Conn, id: &str) -> Result<Option<RunRow>, StoreError> {
    Ok(sync_runs::table.find(id).select(RunRow::as_select()).first(conn).await.optional()?)
}

pub(crate) async fn runs(
    conn: &mut Conn,
    workspace: &str,
    filter: &RunFilter,
    page: Page,
) -> Result<(Vec<RunRow>, i64), StoreError> {
    let seen = || {
        let mut some = sync_runs::table.filter(sync_runs::workspace_id.eq(workspace.to_owned())).into_boxed();
        if let Some(status) = filter.status {
            some = some.filter(sync_runs::status.eq(status.as_str()));
        }
        if let Some(job) = filter.job {
            some = some.filter(sync_runs::job_type.eq(job.as_str()));
        }
        some
    };
    let total = seen().count().get_result(conn).await?;
    let rows = seen()
        .order((sync_runs::created_at.desc(), sync_runs::id.desc()))
        .limit(page.size)
        .offset(page.offset())
        .select(RunRow::as_select())
        .load(conn)
        .await?;
    Ok((rows, total))
}

pub(crate) async fn deliveries(
    conn: &mut Conn,
    filter: &InboxFilter,
    page: Page,
) -> Result<(Vec<InboxRow>, i64), StoreError> {
    let seen = || {
        let mut some = inbox::table.into_boxed();
        if let Some(repository) = filter.repository {
            some = some.filter(inbox::repository_id.eq(repository.0));
        }
        if let Some(outcome) = &filter.outcome {
            some = some.filter(inbox::outcome.eq(outcome.clone()));
        }
        some
    };
    let total = seen().count().get_result(conn).await?;
    let rows = seen()
        .order((inbox::received_at.desc(), inbox::id))
        .limit(page.size)
        .offset(page.offset())
        .select(InboxRow::as_select())
        .load(conn)
        .await?;
    Ok((rows, total))
}
