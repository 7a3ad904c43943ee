use super::Conn;
use crate::store::StoreError;
use crate::store::held::Held;
use crate::store::rows::definition::DefinitionRow;
use crate::store::rows::edit::EditRow;
use crate::store::schema::{definitions, edits};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// All that is edited in a workspace.
pub(crate) async fn edited(conn: &mut Conn, workspace: &str) -> Result<Vec<Held>, StoreError> {
    let rows: Vec<(DefinitionRow, EditRow)> = definitions::table
        .inner_join(edits::table.on(edits::definition_id.eq(definitions::id)))
        .filter(definitions::workspace_id.eq(workspace))
        .filter(definitions::deleted_at.is_null())
        .select((DefinitionRow::as_select(), EditRow::as_select()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(row, edit)| Held::stored(row, Some(edit))).collect())
}

/// These rows with what was done to them over the API.
pub(crate) async fn with_edits(conn: &mut Conn, rows: Vec<DefinitionRow>) -> Result<Vec<Held>, StoreError> {
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let found: Vec<EditRow> =
        edits::table.filter(edits::definition_id.eq_any(ids)).select(EditRow::as_select()).load(conn).await?;
    let mut found: HashMap<String, EditRow> =
        found.into_iter().map(|edit| (edit.definition_id.clone(), edit)).collect();
    let held = rows.into_iter().map(|row| {
        let edit = found.remove(&row.id);
        Held::stored(row, edit)
    });
    Ok(held.collect())
}
