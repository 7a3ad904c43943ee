use super::{Conn, dialect};
use crate::model::WorkspaceId;
use crate::store::StoreError;
use crate::store::audit::{AuditFilter, Deed};
use crate::store::catalog::Page;
use crate::store::rows::audit::AuditRow;
use crate::store::rows::definition::{storable, storable_json};
use crate::store::schema::audit;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

/// Writes down what the transaction of the caller does: it is done and noted, or neither.
pub(crate) async fn note(conn: &mut Conn, deed: Deed<'_>) -> Result<(), StoreError> {
    let row = AuditRow {
        id: Uuid::now_v7().to_string(),
        at: dialect::now(conn).await?,
        actor: storable(&deed.actor.to_string()),
        workspace_id: deed.workspace.map(str::to_owned),
        action: deed.action.to_owned(),
        target: storable(deed.target),
        details: storable_json(&deed.details),
    };
    diesel::insert_into(audit::table).values(&row).execute(conn).await?;
    Ok(())
}

pub(crate) async fn list(
    conn: &mut Conn,
    filter: &AuditFilter,
    page: Page,
) -> Result<(Vec<AuditRow>, i64), StoreError> {
    let seen = || {
        let mut some = audit::table.into_boxed();
        if let Some(workspace) = filter.workspace.as_ref().map(WorkspaceId::as_str) {
            some = some.filter(audit::workspace_id.eq(workspace.to_owned()));
        }
        if let Some(actor) = &filter.actor {
            some = some.filter(audit::actor.eq(actor.clone()));
        }
        if let Some(action) = &filter.action {
            some = some.filter(audit::action.eq(action.clone()));
        }
        if let Some(since) = filter.since {
            some = some.filter(audit::at.ge(since));
        }
        some
    };
    let total = seen().count().get_result(conn).await?;
    let rows = seen()
        .order((audit::at.desc(), audit::id.desc()))
        .limit(page.size)
        .offset(page.offset())
        .select(AuditRow::as_select())
        .load(conn)
        .await?;
    Ok((rows, total))
}
