use super::{Conn, audit, dialect, events};
use crate::model::{Actor, RepositoryId, WorkspaceId};
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::catalog::Page;
use crate::store::events::{Event, Stale};
use crate::store::rows::listing::Workspace;
use crate::store::schema::{repositories, workspaces};
use crate::store::workspaces::Member;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

pub(crate) async fn list(
    conn: &mut Conn,
    some: Option<&[WorkspaceId]>,
    page: Page,
) -> Result<(Vec<Workspace>, i64), StoreError> {
    let seen = || {
        let all = workspaces::table.into_boxed();
        match some {
            Some(some) => all.filter(workspaces::id.eq_any(some.iter().map(|id| id.as_str().to_owned()))),
            None => all,
        }
    };
    let total = seen().count().get_result(conn).await?;
    let rows = seen()
        .order((workspaces::name, workspaces::id))
        .limit(page.size)
        .offset(page.offset())
        .select(Workspace::as_select())
        .load(conn)
        .await?;
    Ok((rows, total))
}

/// Every change of a workspace raises its revision, and a new workspace raises the count. The newest id tells this database
/// from any other one that ever used the same cache.
pub(crate) async fn all_revision(conn: &mut Conn) -> Result<String, StoreError> {
    let sum = diesel::dsl::sql::<diesel::sql_types::BigInt>("cast(coalesce(sum(revision), 0) as bigint)");
    let (count, sum, newest): (i64, i64, Option<String>) = workspaces::table
        .select((diesel::dsl::count_star(), sum, diesel::dsl::max(workspaces::id)))
        .first(conn)
        .await?;
    Ok(format!("{count}:{sum}:{}", newest.unwrap_or_default()))
}

pub(crate) async fn find(conn: &mut Conn, id: &str) -> Result<Option<(Workspace, Vec<Member>)>, StoreError> {
    let found = workspaces::table.find(id).select(Workspace::as_select()).first(conn).await.optional()?;
    let Some(workspace) = found else {
        return Ok(None);
    };
    let members: Vec<(i64, String, String)> = repositories::table
        .filter(repositories::workspace_id.eq(id))
        .order(repositories::full_name)
        .select((repositories::id, repositories::full_name, repositories::state))
        .load(conn)
        .await?;
    let members = members
        .into_iter()
        .map(|(id, full_name, state)| Member { id: RepositoryId::new(id), full_name, state })
        .collect();
    Ok(Some((workspace, members)))
}

/// The repositories of the workspace, in the order in which they are locked.
pub(super) async fn members(conn: &mut Conn, id: &str) -> Result<Vec<i64>, StoreError> {
    Ok(repositories::table
        .filter(repositories::workspace_id.eq(id))
        .order(repositories::id)
        .select(repositories::id)
        .load(conn)
        .await?)
}

/// Locks the repositories of the workspace by their ids, then the workspace: nobody else stores anything in it until the end of
/// the transaction. Returns the repositories; `None` if there is no such workspace.
pub(super) async fn hold(conn: &mut Conn, id: &str) -> Result<Option<Vec<i64>>, StoreError> {
    let members = members(conn, id).await?;
    for member in &members {
        dialect::lock_repository(conn, *member).await?;
    }
    dialect::lock_workspace(conn, id).await?;
    Ok(revision(conn, id).await?.map(|_| members))
}

pub(crate) async fn revision(conn: &mut Conn, id: &str) -> Result<Option<i64>, StoreError> {
    Ok(workspaces::table.find(id).select(workspaces::revision).first(conn).await.optional()?)
}

/// Something else is to be seen from now on, anywhere in the workspace; returns the new revision.
pub(crate) async fn raise(conn: &mut Conn, id: &str) -> Result<i64, StoreError> {
    raise_with(conn, id, &[Event::Invalidate(Stale::everything())]).await
}

/// The same, with what those who watch the workspace are told of it.
pub(crate) async fn raise_with(conn: &mut Conn, id: &str, told: &[Event]) -> Result<i64, StoreError> {
    let now = dialect::now(conn).await?;
    let (revision, last): (i64, i64) = diesel::update(workspaces::table.find(id))
        .set((
            workspaces::revision.eq(workspaces::revision + 1),
            workspaces::last_event.eq(workspaces::last_event + events::count(told)),
            workspaces::updated_at.eq(now),
        ))
        .returning((workspaces::revision, workspaces::last_event))
        .get_result(conn)
        .await?;
    events::write(conn, id, last, told, now).await?;
    Ok(revision)
}

/// Tells those who watch the workspace; nothing else is to be seen. Returns the revision as it is.
pub(crate) async fn tell(conn: &mut Conn, id: &str, told: &[Event]) -> Result<i64, StoreError> {
    let now = dialect::now(conn).await?;
    let (revision, last): (i64, i64) = diesel::update(workspaces::table.find(id))
        .set(workspaces::last_event.eq(workspaces::last_event + events::count(told)))
        .returning((workspaces::revision, workspaces::last_event))
        .get_result(conn)
        .await?;
    events::write(conn, id, last, told, now).await?;
    Ok(revision)
}

pub(crate) async fn create(conn: &mut Conn, name: &str) -> Result<WorkspaceId, StoreError> {
    let id = WorkspaceId::generate();
    insert(conn, id.as_str(), name).await?;
    Ok(id)
}

pub(crate) async fn make(conn: &mut Conn, name: &str, by: &Actor) -> Result<WorkspaceId, StoreError> {
    let id = create(conn, name).await?;
    let (workspace, details) = (id.as_str(), json!({"name": name}));
    let action = "workspace.create";
    audit::note(conn, Deed { actor: by, workspace: Some(workspace), action, target: workspace, details }).await?;
    Ok(id)
}

pub(crate) async fn insert(conn: &mut Conn, id: &str, name: &str) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::insert_into(workspaces::table)
        .values((
            workspaces::id.eq(id),
            workspaces::name.eq(name),
            workspaces::revision.eq(0),
            workspaces::created_at.eq(now),
            workspaces::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
