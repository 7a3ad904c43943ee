use super::{
    Conn, audit, clashes, dialect, jobs, links, repositories as repository_rows, workspaces as workspace_rows,
};
use crate::model::{Actor, WorkspaceId};
use crate::plan::comparison::Changed;
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::linking::{Destination, Moved};
use crate::store::rows::repository::Repository;
use crate::store::schema::{definition_references, definitions, repositories, sync_runs, unsettled_links, wants};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

pub(crate) async fn move_repository(
    conn: &mut Conn,
    repository: i64,
    to: &Destination,
    by: &Actor,
) -> Result<Moved, StoreError> {
    // Whoever plans or stores holds this lock while it reads which workspace the repository is in.
    dialect::lock_repository(conn, repository).await?;
    let Some(row) = repository_rows::find(conn, repository).await? else {
        return Ok(Moved::NoRepository);
    };
    match to {
        Destination::OwnAgain { from } if row.workspace_id != from.as_str() => Ok(Moved::NoRepository),
        Destination::OwnAgain { .. } => {
            let own = workspace_rows::create(conn, &row.full_name).await?;
            shift(conn, &row, own.as_str(), ("repository.unlink", by)).await
        }
        Destination::Workspace(workspace) if row.workspace_id == workspace.as_str() => Ok(Moved::Already),
        Destination::Workspace(workspace) => shift(conn, &row, workspace.as_str(), ("repository.link", by)).await,
    }
}

async fn shift(
    conn: &mut Conn,
    row: &Repository,
    to: &str,
    (action, by): (&'static str, &Actor),
) -> Result<Moved, StoreError> {
    hold_requests(conn, row.id).await?;
    // In the order of their ids, so that two moves never wait for each other.
    let from = row.workspace_id.as_str();
    for workspace in if from < to { [from, to] } else { [to, from] } {
        dialect::lock_workspace(conn, workspace).await?;
    }
    if workspace_rows::revision(conn, to).await?.is_none() {
        return Ok(Moved::NoWorkspace);
    }
    let now = dialect::now(conn).await?;
    let clashes = clashes::between(conn, row.id, to).await?;
    carry(conn, row, to, now).await?;
    let from = settled(conn, from).await?;
    let to = settled(conn, to).await?;
    for changed in [&from, &to] {
        let details = json!({
            "fullName": row.full_name, "from": from.workspace, "to": to.workspace, "clashes": clashes.len(),
        });
        let target = row.id.to_string();
        let workspace = Some(changed.workspace.as_str());
        audit::note(conn, Deed { actor: by, workspace, action, target: &target, details }).await?;
    }
    Ok(Moved::Done { from, to, clashes })
}

/// Whoever asks for a sync just now waits, and is given a run of the workspace that the repository is in by then.
pub(super) async fn hold_requests(conn: &mut Conn, repository: i64) -> Result<(), StoreError> {
    diesel::update(wants::table.find(repository)).set(wants::urgent.eq(wants::urgent)).execute(conn).await?;
    Ok(())
}

/// All that came from the repository. What is settled anew: what it says, what clashes with it, and what referred to it
/// where it was.
async fn carry(conn: &mut Conn, row: &Repository, to: &str, now: NaiveDateTime) -> Result<(), StoreError> {
    let own = || definitions::table.filter(definitions::repository_id.eq(row.id)).select(definitions::id);
    let referring = links::referring(conn, &row.workspace_id, row.id).await?;
    links::owe(conn, &referring).await?;
    // A new time, so that whoever has read one of them for another purpose writes nothing back.
    diesel::update(definitions::table.filter(definitions::repository_id.eq(row.id)))
        .set((definitions::workspace_id.eq(to), definitions::updated_at.eq(now)))
        .execute(conn)
        .await?;
    diesel::update(definition_references::table.filter(definition_references::definition_id.eq_any(own())))
        .set(definition_references::workspace_id.eq(to))
        .execute(conn)
        .await?;
    diesel::update(unsettled_links::table.filter(unsettled_links::definition_id.eq_any(own())))
        .set(unsettled_links::workspace_id.eq(to))
        .execute(conn)
        .await?;
    diesel::update(sync_runs::table.filter(sync_runs::repository_id.eq(row.id)))
        .set(sync_runs::workspace_id.eq(to))
        .execute(conn)
        .await?;
    diesel::update(repositories::table.find(row.id))
        .set((repositories::workspace_id.eq(to), repositories::updated_at.eq(now)))
        .execute(conn)
        .await?;
    let live: Vec<String> = own().filter(definitions::deleted_at.is_null()).load(conn).await?;
    links::owe(conn, &live).await
}

async fn settled(conn: &mut Conn, workspace: &str) -> Result<Changed, StoreError> {
    let revision = jobs::settle(conn, workspace).await?;
    Ok(Changed { workspace: WorkspaceId::from_text(workspace), revision })
}
