//! What owners did on GitHub, in the audit log: whether a webhook told of it or a look found it.

use super::{Conn, audit};
use crate::model::Actor;
use crate::plan::comparison::Facts;
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::rows::repository::Repository;
use serde_json::{Value, json};

pub(crate) async fn of_repository(
    conn: &mut Conn,
    action: &'static str,
    row: &Repository,
    details: Value,
) -> Result<(), StoreError> {
    let workspace = Some(row.workspace_id.as_str());
    audit::note(conn, Deed { actor: &Actor::GitHub, workspace, action, target: &row.full_name, details }).await
}

pub(crate) async fn of_installation(
    conn: &mut Conn,
    action: &'static str,
    installation: i64,
    details: Value,
) -> Result<(), StoreError> {
    let target = installation.to_string();
    audit::note(conn, Deed { actor: &Actor::GitHub, workspace: None, action, target: &target, details }).await
}

/// A repository that was compared before is called otherwise, or is something else than it was.
pub(crate) async fn of_facts(conn: &mut Conn, row: &Repository, facts: &Facts) -> Result<(), StoreError> {
    if row.compared == 0 {
        return Ok(());
    }
    if facts.full_name != row.full_name {
        let details = json!({"from": row.full_name, "to": facts.full_name});
        of_repository(conn, "repository.rename", row, details).await?;
    }
    if facts.private != row.private {
        let action = if facts.private { "repository.privatize" } else { "repository.publicize" };
        of_repository(conn, action, row, json!({})).await?;
    }
    if facts.archived != row.archived {
        let action = if facts.archived { "repository.archive" } else { "repository.unarchive" };
        of_repository(conn, action, row, json!({})).await?;
    }
    if row.default_branch.is_some() && facts.default_branch != row.default_branch {
        let details = json!({"from": row.default_branch, "to": facts.default_branch});
        of_repository(conn, "repository.default-branch", row, details).await?;
    }
    Ok(())
}
