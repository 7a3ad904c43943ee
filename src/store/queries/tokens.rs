use super::{Conn, audit, dialect};
use crate::model::time::rfc3339;
use crate::model::{Actor, TokenId, WorkspaceId};
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::catalog::Page;
use crate::store::rows::listing::TokenRow;
use crate::store::schema::api_tokens;
use crate::store::tokens::NewToken;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

pub(crate) async fn insert(
    conn: &mut Conn,
    id: &TokenId,
    new: &NewToken,
    hash: &str,
    by: &Actor,
) -> Result<TokenRow, StoreError> {
    let row = TokenRow {
        id: id.as_str().to_owned(),
        name: new.name.clone(),
        hash: hash.to_owned(),
        workspace_id: new.workspace.clone().map(WorkspaceId::into_string),
        role: new.role.as_str().to_owned(),
        created_at: dialect::now(conn).await?,
        expires_at: new.expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    diesel::insert_into(api_tokens::table).values(&row).execute(conn).await?;
    audit::note(conn, deed(by, "token.create", &row)).await?;
    Ok(row)
}

pub(crate) async fn list(conn: &mut Conn) -> Result<Vec<TokenRow>, StoreError> {
    Ok(api_tokens::table.order(api_tokens::created_at.desc()).select(TokenRow::as_select()).load(conn).await?)
}

pub(crate) async fn page(
    conn: &mut Conn,
    some: Option<&[WorkspaceId]>,
    page: Page,
) -> Result<(Vec<TokenRow>, i64), StoreError> {
    let seen = || {
        let all = api_tokens::table.into_boxed();
        match some {
            Some(some) => {
                all.filter(api_tokens::workspace_id.eq_any(some.iter().map(|id| Some(id.as_str().to_owned()))))
            }
            None => all,
        }
    };
    let total = seen().count().get_result(conn).await?;
    let rows = seen()
        .order((api_tokens::created_at.desc(), api_tokens::id.desc()))
        .limit(page.size)
        .offset(page.offset())
        .select(TokenRow::as_select())
        .load(conn)
        .await?;
    Ok((rows, total))
}

pub(crate) async fn find(conn: &mut Conn, id: &str) -> Result<Option<TokenRow>, StoreError> {
    Ok(api_tokens::table.find(id).select(TokenRow::as_select()).first(conn).await.optional()?)
}

pub(crate) async fn revoke(conn: &mut Conn, id: &str, by: &Actor) -> Result<Option<TokenRow>, StoreError> {
    let now = dialect::now(conn).await?;
    let live = api_tokens::table.find(id).filter(api_tokens::revoked_at.is_null());
    let revoked: Option<TokenRow> = diesel::update(live)
        .set(api_tokens::revoked_at.eq(now))
        .returning(TokenRow::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    if let Some(row) = &revoked {
        audit::note(conn, deed(by, "token.revoke", row)).await?;
    }
    Ok(revoked)
}

fn deed<'a>(actor: &'a Actor, action: &'static str, row: &'a TokenRow) -> Deed<'a> {
    Deed {
        actor,
        workspace: row.workspace_id.as_deref(),
        action,
        target: &row.id,
        details: json!({"name": row.name, "role": row.role, "expiresAt": row.expires_at.map(rfc3339)}),
    }
}

pub(crate) async fn live(conn: &mut Conn, hash: &str) -> Result<Option<TokenRow>, StoreError> {
    let now: NaiveDateTime = dialect::now(conn).await?;
    Ok(api_tokens::table
        .filter(api_tokens::hash.eq(hash))
        .filter(api_tokens::revoked_at.is_null())
        .filter(api_tokens::expires_at.is_null().or(api_tokens::expires_at.gt(now)))
        .select(TokenRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

pub(crate) async fn used(conn: &mut Conn, id: &str) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::update(api_tokens::table.find(id)).set(api_tokens::last_used_at.eq(now)).execute(conn).await?;
    Ok(())
}
