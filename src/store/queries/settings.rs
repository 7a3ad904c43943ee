use super::desk::Desk;
use super::write::Written;
use super::{Conn, held};
use crate::model::{Actor, Preference};
use crate::plan::comparison::Changed;
use crate::store::StoreError;
use crate::store::held::Held;
use crate::store::schema::workspaces;
use crate::store::workspaces::WorkspaceChange;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

/// `None` if there is no such workspace.
pub(crate) async fn change(
    conn: &mut Conn,
    workspace: &str,
    change: &WorkspaceChange,
    by: &Actor,
) -> Result<Option<Changed>, StoreError> {
    let Some(desk) = Desk::open(conn, workspace, by).await? else {
        return Ok(None);
    };
    if let Some(name) = &change.name {
        rename(conn, &desk, name).await?;
    }
    if let Some(preference) = change.prefers {
        prefer(conn, &desk, preference).await?;
    }
    Ok(Some(desk.close(conn).await?))
}

async fn rename(conn: &mut Conn, desk: &Desk<'_>, name: &str) -> Result<(), StoreError> {
    diesel::update(workspaces::table.find(desk.workspace)).set(workspaces::name.eq(name)).execute(conn).await?;
    desk.note(conn, "workspace.rename", desk.workspace, json!({"name": name})).await
}

/// Conflicts that stand are settled at once.
async fn prefer(conn: &mut Conn, desk: &Desk<'_>, preference: Preference) -> Result<(), StoreError> {
    diesel::update(workspaces::table.find(desk.workspace))
        .set(workspaces::prefers.eq(preference.as_str()))
        .execute(conn)
        .await?;
    if let Preference::Take(side) = preference {
        let mut written = Written::default();
        for mut held in held::edited(conn, desk.workspace).await?.into_iter().filter(Held::is_at_odds) {
            let news = held.take_side(side, &desk.by, desk.now);
            written.add(held, news, false);
        }
        written.write(conn).await?;
    }
    desk.note(conn, "workspace.prefer", desk.workspace, json!({"prefers": preference.as_str()})).await
}

/// What the workspace wants done about conflicts of edits.
pub(crate) async fn preference(conn: &mut Conn, workspace: &str) -> Result<Preference, StoreError> {
    let text: String = workspaces::table.find(workspace).select(workspaces::prefers).first(conn).await?;
    Preference::from_text(&text).ok_or(StoreError::Unreadable { table: "workspaces", value: text })
}
