use super::{Conn, graph};
use crate::model::Kind;
use crate::store::StoreError;
use crate::store::catalog::{Page, Shown};
use crate::store::rows::listing::{Listed, Text, Version};
use crate::store::schema::{definition_versions, definitions, edits, repositories};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

pub(crate) async fn find(
    conn: &mut Conn,
    workspace: &str,
    kind: Kind,
    name_or_id: &str,
) -> Result<Option<(Shown, Text)>, StoreError> {
    let by = |id: bool| {
        let of_kind = definitions::table
            .left_join(repositories::table.on(definitions::repository_id.eq(repositories::id.nullable())))
            .left_join(edits::table.on(edits::definition_id.eq(definitions::id)))
            .filter(definitions::workspace_id.eq(workspace.to_owned()))
            .filter(definitions::kind.eq(kind.as_str()))
            .filter(definitions::deleted_at.is_null())
            .into_boxed();
        if id {
            of_kind.filter(definitions::id.eq(name_or_id.to_owned()))
        } else {
            of_kind.filter(definitions::name.eq(name_or_id.to_owned()))
        }
    };
    // An id is a UUID and reaches its definition whatever other definitions are called.
    let ways: &[bool] = if Uuid::try_parse(name_or_id).is_ok() { &[true, false] } else { &[false] };
    for &id in ways {
        // Of several that claim a name, one has no conflict: it won.
        let found: Option<(Listed, Text, Option<String>)> = by(id)
            .order((
                definitions::conflict.is_not_null(),
                definitions::error.is_not_null(),
                definitions::depth,
                definitions::path,
            ))
            .select((Listed::as_select(), Text::as_select(), repositories::full_name.nullable()))
            .first(conn)
            .await
            .optional()?;
        if let Some((row, text, repository)) = found {
            let mut missing = graph::missing_of(conn, std::slice::from_ref(&row.id)).await?;
            let missing = missing.remove(&row.id).unwrap_or_default();
            return Ok(Some((Shown { row, repository, missing }, text)));
        }
    }
    Ok(None)
}

/// Whose history a name or an id stands for: a definition that is there before one that is gone, by the name's order.
pub(crate) async fn id_of(
    conn: &mut Conn,
    workspace: &str,
    kind: Kind,
    name_or_id: &str,
) -> Result<Option<String>, StoreError> {
    let named = definitions::name.eq(name_or_id.to_owned()).or(definitions::id.eq(name_or_id.to_owned()));
    let id = definitions::table
        .filter(definitions::workspace_id.eq(workspace.to_owned()))
        .filter(definitions::kind.eq(kind.as_str()))
        .filter(named)
        .order((
            definitions::id.eq(name_or_id.to_owned()).desc(),
            definitions::deleted_at.is_not_null(),
            definitions::deleted_at.desc(),
            definitions::conflict.is_not_null(),
            definitions::error.is_not_null(),
            definitions::depth,
            definitions::path,
        ))
        .select(definitions::id)
        .first(conn)
        .await
        .optional()?;
    Ok(id)
}

pub(crate) async fn versions(conn: &mut Conn, definition: &str, page: Page) -> Result<(Vec<Version>, i64), StoreError> {
    let all = definition_versions::table.filter(definition_versions::definition_id.eq(definition));
    let total = all.count().get_result(conn).await?;
    let rows = all
        .order(definition_versions::version.desc())
        .limit(page.size)
        .offset(page.offset())
        .select(Version::as_select())
        .load(conn)
        .await?;
    Ok((rows, total))
}

pub(crate) async fn version(
    conn: &mut Conn,
    definition: &str,
    version: i32,
) -> Result<Option<(Version, String, Value)>, StoreError> {
    Ok(definition_versions::table
        .find((definition, version))
        .select((Version::as_select(), definition_versions::content, definition_versions::frontmatter))
        .first(conn)
        .await
        .optional()?)
}
