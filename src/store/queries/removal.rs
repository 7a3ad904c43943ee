use super::{Conn, audit, dialect, linking, upkeep, workspaces as workspace_rows};
use crate::model::{Actor, RepositoryId};
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::removal::{Contents, Removed};
use crate::store::schema::{
    api_tokens, definition_references, definition_versions, definitions, events, repositories, sync_runs,
    unsettled_links, wants, workspaces,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

pub(crate) async fn contents(conn: &mut Conn, workspace: &str) -> Result<Option<Contents>, StoreError> {
    if workspace_rows::revision(conn, workspace).await?.is_none() {
        return Ok(None);
    }
    let repositories: Vec<(i64, String)> = repositories::table
        .filter(repositories::workspace_id.eq(workspace))
        .order(repositories::id)
        .select((repositories::id, repositories::full_name))
        .load(conn)
        .await?;
    let live =
        definitions::table.filter(definitions::workspace_id.eq(workspace)).filter(definitions::deleted_at.is_null());
    let local = live.filter(definitions::repository_id.is_null());
    let tokens = api_tokens::table.filter(api_tokens::workspace_id.eq(workspace));
    Ok(Some(Contents {
        repositories: repositories.into_iter().map(|(id, name)| (RepositoryId::new(id), name)).collect(),
        definitions: live.count().get_result(conn).await?,
        local_definitions: local.count().get_result(conn).await?,
        tokens: tokens.filter(api_tokens::revoked_at.is_null()).count().get_result(conn).await?,
    }))
}

pub(crate) async fn remove(conn: &mut Conn, workspace: &str, seen: &str, by: &Actor) -> Result<Removed, StoreError> {
    let members = workspace_rows::members(conn, workspace).await?;
    for repository in &members {
        dialect::lock_repository(conn, *repository).await?;
        linking::hold_requests(conn, *repository).await?;
    }
    dialect::lock_workspace(conn, workspace).await?;
    // Asked again under the locks.
    let Some(contents) = contents(conn, workspace).await? else {
        return Ok(Removed::NoWorkspace);
    };
    let held = contents.repositories.iter().map(|(id, _)| id.0).eq(members.iter().copied());
    if !held || contents.digest() != seen {
        return Ok(Removed::Changed(contents));
    }
    let now = dialect::now(conn).await?;
    let mut owed = Vec::new();
    for (repository, full_name) in &contents.repositories {
        if begin_anew(conn, repository.0, full_name, now).await? {
            owed.push(*repository);
        }
    }
    erase(conn, workspace).await?;
    note(conn, workspace, &contents, by).await?;
    Ok(Removed::Done(owed))
}

/// A repository that is served gets a workspace of its own, and owes an import; one that was removed is forgotten.
async fn begin_anew(conn: &mut Conn, repository: i64, full_name: &str, now: NaiveDateTime) -> Result<bool, StoreError> {
    upkeep::erase(conn, repository).await?;
    let state: String = repositories::table.find(repository).select(repositories::state).first(conn).await?;
    if state == "removed" {
        upkeep::erase_repository(conn, repository).await?;
        return Ok(false);
    }
    let own = workspace_rows::create(conn, full_name).await?;
    diesel::update(repositories::table.find(repository))
        .set((
            repositories::workspace_id.eq(own.as_str()),
            // Nothing of it is seen any more.
            repositories::head.eq(None::<String>),
            repositories::whole_head.eq(None::<String>),
            repositories::synced_head.eq(None::<String>),
            repositories::synced_at.eq(None::<NaiveDateTime>),
            repositories::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    diesel::update(wants::table.find(repository))
        .set((
            wants::wanted.eq(wants::wanted + 1),
            wants::wanted_whole.eq(wants::wanted + 1),
            wants::not_before.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)
        .await?;
    Ok(true)
}

/// What is left in the workspace once its repositories are out.
async fn erase(conn: &mut Conn, workspace: &str) -> Result<(), StoreError> {
    let own = || definitions::table.filter(definitions::workspace_id.eq(workspace)).select(definitions::id);
    diesel::delete(definition_versions::table.filter(definition_versions::definition_id.eq_any(own())))
        .execute(conn)
        .await?;
    diesel::delete(definition_references::table.filter(definition_references::workspace_id.eq(workspace)))
        .execute(conn)
        .await?;
    diesel::delete(unsettled_links::table.filter(unsettled_links::workspace_id.eq(workspace))).execute(conn).await?;
    diesel::delete(definitions::table.filter(definitions::workspace_id.eq(workspace))).execute(conn).await?;
    diesel::delete(sync_runs::table.filter(sync_runs::workspace_id.eq(workspace))).execute(conn).await?;
    diesel::delete(api_tokens::table.filter(api_tokens::workspace_id.eq(workspace))).execute(conn).await?;
    diesel::delete(events::table.filter(events::workspace_id.eq(workspace))).execute(conn).await?;
    diesel::delete(workspaces::table.find(workspace)).execute(conn).await?;
    Ok(())
}

async fn note(conn: &mut Conn, workspace: &str, contents: &Contents, by: &Actor) -> Result<(), StoreError> {
    let names: Vec<&str> = contents.repositories.iter().map(|(_, name)| name.as_str()).collect();
    let details = json!({
        "repositories": names, "definitions": contents.definitions, "localDefinitions": contents.local_definitions,
        "tokens": contents.tokens,
    });
    let deed = Deed { actor: by, workspace: Some(workspace), action: "workspace.delete", target: workspace, details };
    audit::note(conn, deed).await
}
