use super::{Conn, graph};
use crate::model::Kind;
use crate::store::StoreError;
use crate::store::catalog::{Filter, Page, Shown};
use crate::store::rows::listing::{Listed, Text, Version};
use crate::store::schema::{definition_versions, definitions, edits, repositories};
use diesel::prelude::*;
use diesel::sql_types::Text as SqlText;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

diesel::define_sql_function! { fn lower(text: SqlText) -> SqlText; }

/// Builds the filtered query; a macro-free way to count and to list by the same conditions.
fn filtered<'a>(
    workspace: &str,
    kind: Kind,
    filter: &Filter,
) -> diesel::helper_types::IntoBoxed<'a, definitions::table, <Conn as diesel_async::AsyncConnectionCore>::Backend> {
    let mut query = definitions::table
        .filter(definitions::workspace_id.eq(workspace.to_owned()))
        .filter(definitions::kind.eq(kind.as_str()))
        .filter(definitions::deleted_at.is_null())
        .into_boxed();
    if let Some(source) = &filter.source {
        query = query.filter(definitions::source.eq(source.clone()));
    }
    if let Some(status) = filter.status {
        query = query.filter(definitions::status.eq(status.as_str()));
    }
    if let Some(search) = &filter.search {
        // Both sides by the database's own `lower`: SQLite's knows ASCII only, and must not be asked for more on one side.
        let pattern = lower(format!("%{}%", literally(search)));
        let described = diesel::dsl::sql::<SqlText>("coalesce(definitions.description, '')");
        query = query.filter(
            lower(definitions::name).like(pattern.clone()).escape('\\').or(lower(described).like(pattern).escape('\\')),
        );
    }
    query
}

/// The characters that LIKE gives a meaning are meant as themselves.
fn literally(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

pub(crate) async fn list(
    conn: &mut Conn,
    workspace: &str,
    kind: Kind,
    filter: &Filter,
    page: Page,
) -> Result<(Vec<Shown>, i64), StoreError> {
    let total = filtered(workspace, kind, filter).count().get_result(conn).await?;
    let ids: Vec<String> = filtered(workspace, kind, filter)
        .order((definitions::name, definitions::depth, definitions::path, definitions::id))
        .limit(page.size)
        .offset(page.offset())
        .select(definitions::id)
        .load(conn)
        .await?;
    let missing = graph::missing_of(conn, &ids).await?;
    let rows: Vec<(Listed, Option<String>)> = definitions::table
        .left_join(repositories::table.on(definitions::repository_id.eq(repositories::id.nullable())))
        .left_join(edits::table.on(edits::definition_id.eq(definitions::id)))
        .filter(definitions::id.eq_any(ids))
        .order((definitions::name, definitions::depth, definitions::path, definitions::id))
        .select((Listed::as_select(), repositories::full_name.nullable()))
        .load(conn)
        .await?;
    let show = |(row, repository): (Listed, Option<String>)| {
        let missing = missing.get(&row.id).cloned().unwrap_or_default();
        Shown { row, repository, missing }
    };
    Ok((rows.into_iter().map(show).collect(), total))
}

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
