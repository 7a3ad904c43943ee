use super::{Conn, nodes, repositories as repository_rows};
use crate::model::{DefinitionId, Kind, RepositoryId};
use crate::resolve::{Claimant, winner};
use crate::store::StoreError;
use crate::store::linking::{Claim, Clash};
use crate::store::schema::{definitions, repositories};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::RunQueryDsl;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Queryable)]
struct Row {
    id: String,
    kind: String,
    name: String,
    path: Option<String>,
    depth: i32,
    /// Where it is broken.
    broken: Option<String>,
    repository_id: Option<i64>,
    repository: Option<String>,
}

pub(crate) async fn preview(
    conn: &mut Conn,
    repository: i64,
    workspace: &str,
) -> Result<Option<Vec<Clash>>, StoreError> {
    if repository_rows::find(conn, repository).await?.is_none() {
        return Ok(None);
    }
    Ok(Some(between(conn, repository, workspace).await?))
}

/// Names that definitions of the repository claim, and others of the workspace too.
pub(super) async fn between(conn: &mut Conn, repository: i64, workspace: &str) -> Result<Vec<Clash>, StoreError> {
    let own: Vec<Row> = live().filter(definitions::repository_id.eq(repository)).load(conn).await?;
    let names: BTreeSet<&str> = own.iter().map(|row| row.name.as_str()).collect();
    let elsewhere = definitions::repository_id.is_null().or(definitions::repository_id.ne(repository));
    let mut claims: BTreeMap<(String, String), Vec<Row>> = BTreeMap::new();
    for names in names.into_iter().collect::<Vec<_>>().chunks(1000) {
        let theirs: Vec<Row> = live()
            .filter(definitions::workspace_id.eq(workspace))
            .filter(elsewhere)
            // With the kinds, so that the index by name is of use.
            .filter(definitions::kind.eq_any(Kind::ALL.map(Kind::as_str)))
            .filter(definitions::name.eq_any(names.to_vec()))
            .load(conn)
            .await?;
        for row in theirs {
            claims.entry((row.kind.clone(), row.name.clone())).or_default().push(row);
        }
    }
    for row in own {
        if let Some(rows) = claims.get_mut(&(row.kind.clone(), row.name.clone())) {
            rows.push(row);
        }
    }
    Ok(claims.into_values().filter_map(clash).collect())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn live() -> _ {
    let broken: SqlLiteral<Nullable<Text>> = nodes::seen_if_broken();
    definitions::table
        .left_join(repositories::table.on(repositories::id.nullable().eq(definitions::repository_id)))
        .filter(definitions::deleted_at.is_null())
        .select((
            definitions::id,
            definitions::kind,
            definitions::name,
            definitions::path,
            definitions::depth,
            broken,
            definitions::repository_id,
            repositories::full_name.nullable(),
        ))
}

/// Of those that share a kind and a name; none if only a kind that is not known does.
fn clash(rows: Vec<Row>) -> Option<Clash> {
    let claimants: Vec<Claimant> = rows.iter().map(Row::claimant).collect();
    let first = winner(&claimants)?.id.clone();
    let one = rows.as_slice().first()?;
    let (kind, name) = (Kind::from_text(&one.kind)?, one.name.clone());
    let (won, lost): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.id == first.as_str());
    let winner = won.into_iter().next()?.claim();
    Some(Clash { kind, name, winner, losers: lost.into_iter().map(Row::claim).collect() })
}

impl Row {
    fn claimant(&self) -> Claimant {
        Claimant {
            broken: self.broken.is_some(),
            imported: self.repository_id.is_none(),
            depth: self.depth,
            path: self.path.clone().unwrap_or_default(),
            repository: self.repository_id.map(RepositoryId::new),
            id: DefinitionId::from_text(self.id.clone()),
        }
    }

    fn claim(self) -> Claim {
        Claim { id: DefinitionId::from_text(self.id), repository: self.repository, path: self.path }
    }
}
