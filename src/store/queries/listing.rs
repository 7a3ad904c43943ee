use super::{Conn, dialect, graph};
use crate::model::Kind;
use crate::store::StoreError;
use crate::store::catalog::{Attachment, Filter, Page, RepositoryRef, Shown, Sort, SortBy};
use crate::store::rows::listing::Listed;
use crate::store::schema::{definitions, edits, repositories};
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::{AsyncConnectionCore, RunQueryDsl};
use serde_json::Value;
use std::collections::HashMap;

type Backend = <Conn as AsyncConnectionCore>::Backend;
type Definitions<'a> = IntoBoxed<'a, definitions::table, Backend>;

pub(crate) async fn page(
    conn: &mut Conn,
    of: (&str, Kind),
    filter: &Filter,
    sort: Sort,
    page: Page,
) -> Result<(Vec<Shown>, i64), StoreError> {
    let (ids, total) = if filter.search.is_some() {
        searched(conn, of, filter, sort, page).await?
    } else {
        let total = filtered(of, filter).count().get_result(conn).await?;
        let some = ordered(filtered(of, filter), sort).limit(page.size).offset(page.offset());
        (some.select(definitions::id).load(conn).await?, total)
    };
    Ok((shown(conn, &ids).await?, total))
}

/// To count what is found takes as long as to find it: all of it is found once, and the page is cut out.
async fn searched(
    conn: &mut Conn,
    of: (&str, Kind),
    filter: &Filter,
    sort: Sort,
    page: Page,
) -> Result<(Vec<String>, i64), StoreError> {
    dialect::prepare_search(conn).await?;
    let all: Vec<String> = ordered(filtered(of, filter), sort).select(definitions::id).load(conn).await?;
    let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
    Ok((page.of(all), total))
}

pub(crate) async fn attachments(
    conn: &mut Conn,
    workspace: &str,
    filter: &Filter,
    sort: Sort,
) -> Result<Vec<Attachment>, StoreError> {
    if filter.search.is_some() {
        dialect::prepare_search(conn).await?;
    }
    let rows: Vec<(String, String, Value)> = ordered(filtered((workspace, Kind::Rule), filter), sort)
        .select((definitions::id, definitions::scope, definitions::attributes))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, scope, attributes)| Attachment { id, scope, attributes }).collect())
}

/// In the order of `ids`; one that is gone by now is left out.
pub(crate) async fn shown(conn: &mut Conn, ids: &[String]) -> Result<Vec<Shown>, StoreError> {
    let rows: Vec<(Listed, Option<String>)> = definitions::table
        .left_join(repositories::table.on(definitions::repository_id.eq(repositories::id.nullable())))
        .left_join(edits::table.on(edits::definition_id.eq(definitions::id)))
        .filter(definitions::id.eq_any(ids))
        .select((Listed::as_select(), repositories::full_name.nullable()))
        .load(conn)
        .await?;
    let mut missing = graph::missing_of(conn, ids).await?;
    let mut by_id: HashMap<String, Shown> = rows
        .into_iter()
        .map(|(row, repository)| {
            let missing = missing.remove(&row.id).unwrap_or_default();
            (row.id.clone(), Shown { row, repository, missing })
        })
        .collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// The definitions of a kind that the filter lets through.
fn filtered<'a>((workspace, kind): (&str, Kind), filter: &Filter) -> Definitions<'a> {
    let mut query = definitions::table
        .filter(definitions::workspace_id.eq(workspace.to_owned()))
        .filter(definitions::kind.eq(kind.as_str()))
        .into_boxed();
    query = match filter.deleted {
        false => query.filter(definitions::deleted_at.is_null()),
        true => query.filter(definitions::deleted_at.is_not_null()),
    };
    if let Some(source) = filter.source {
        query = query.filter(definitions::source.eq(source.as_str()));
    }
    if let Some(status) = filter.status {
        query = query.filter(definitions::status.eq(status.as_str()));
    }
    if let Some(scope) = &filter.scope {
        query = query.filter(definitions::scope.eq(scope.clone()));
    }
    if let Some(since) = filter.changed_since {
        query = query.filter(definitions::updated_at.ge(since));
    }
    query = match &filter.repository {
        Some(RepositoryRef::Id(id)) => query.filter(definitions::repository_id.eq(id.0)),
        Some(RepositoryRef::FullName(name)) => {
            let named = repositories::table
                .filter(repositories::workspace_id.eq(workspace.to_owned()))
                .filter(sql::<Text>("lower(repositories.full_name)").eq(name.to_lowercase()));
            query.filter(definitions::repository_id.eq_any(named.select(repositories::id.nullable())))
        }
        None => query,
    };
    match &filter.search {
        Some(search) => searching(query, search),
        None => query,
    }
}

/// The text last: whoever is found by the name is found without reading it.
fn searching<'a>(query: Definitions<'a>, search: &str) -> Definitions<'a> {
    let sought = dialect::sought(search);
    let holds = |column: &str| {
        let (before, behind) = dialect::HOLDS;
        sql::<Nullable<Bool>>(&before.replace("{}", column)).bind::<Text, _>(sought.clone()).sql(behind)
    };
    query.filter(holds("name").or(holds("description")).or(holds("content")))
}

fn ordered<'a>(query: Definitions<'a>, sort: Sort) -> Definitions<'a> {
    // What has no path comes first on both databases.
    let path: SqlLiteral<Text> = sql("coalesce(definitions.path, '')");
    match (sort.by, sort.descending) {
        (SortBy::Name, false) => query.order((definitions::name, definitions::id)),
        (SortBy::Name, true) => query.order((definitions::name.desc(), definitions::id.desc())),
        (SortBy::Path, false) => query.order((path, definitions::id)),
        (SortBy::Path, true) => query.order((path.desc(), definitions::id.desc())),
        (SortBy::CreatedAt, false) => query.order((definitions::created_at, definitions::id)),
        (SortBy::CreatedAt, true) => query.order((definitions::created_at.desc(), definitions::id.desc())),
        (SortBy::UpdatedAt, false) => query.order((definitions::updated_at, definitions::id)),
        (SortBy::UpdatedAt, true) => query.order((definitions::updated_at.desc(), definitions::id.desc())),
    }
}
