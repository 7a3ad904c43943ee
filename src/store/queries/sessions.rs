use super::{Conn, audit, dialect};
use crate::model::{Actor, SessionId};
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::rows::session::SessionRow;
use crate::store::schema::{repositories, sessions};
use crate::store::sessions::{NewSession, Reached};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use std::collections::BTreeSet;

pub(crate) async fn open(conn: &mut Conn, id: &SessionId, new: &NewSession, hash: &str) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    let row = SessionRow {
        id: id.as_str().to_owned(),
        hash: hash.to_owned(),
        user_id: new.user_id,
        login: new.login.clone(),
        sealed_token: new.sealed_token.clone(),
        reach: json!(new.reach),
        created_at: now,
        checked_at: now,
        expires_at: new.expires_at,
    };
    diesel::insert_into(sessions::table).values(&row).execute(conn).await?;
    note(conn, &row, "session.open").await
}

pub(crate) async fn live(conn: &mut Conn, hash: &str) -> Result<Option<SessionRow>, StoreError> {
    let now = dialect::now(conn).await?;
    Ok(sessions::table
        .filter(sessions::hash.eq(hash))
        .filter(sessions::expires_at.gt(now))
        .select(SessionRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

pub(crate) async fn note_reach(conn: &mut Conn, id: &str, reach: &Reached) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::update(sessions::table.find(id))
        .set((sessions::reach.eq(json!(reach)), sessions::checked_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn close(conn: &mut Conn, hash: &str) -> Result<bool, StoreError> {
    let closed: Option<SessionRow> = diesel::delete(sessions::table.filter(sessions::hash.eq(hash)))
        .returning(SessionRow::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    if let Some(row) = &closed {
        note(conn, row, "session.close").await?;
    }
    Ok(closed.is_some())
}

async fn note(conn: &mut Conn, row: &SessionRow, action: &'static str) -> Result<(), StoreError> {
    let actor = Actor::User { id: row.user_id, login: row.login.clone() };
    let deed = Deed { actor: &actor, workspace: None, action, target: &row.id, details: json!({"login": row.login}) };
    audit::note(conn, deed).await
}

/// All repositories, with their workspaces, of the workspaces that one of these is in.
pub(crate) async fn neighbours(conn: &mut Conn, reach: &Reached) -> Result<BTreeSet<(i64, String)>, StoreError> {
    let ids: Vec<i64> = reach.keys().copied().collect();
    let mut all = BTreeSet::new();
    for ids in ids.chunks(5000) {
        let homes: Vec<String> = repositories::table
            .filter(repositories::id.eq_any(ids.to_vec()))
            .select(repositories::workspace_id)
            .distinct()
            .load(conn)
            .await?;
        let members: Vec<(i64, String)> = repositories::table
            .filter(repositories::workspace_id.eq_any(homes))
            .select((repositories::id, repositories::workspace_id))
            .load(conn)
            .await?;
        all.extend(members);
    }
    Ok(all)
}
