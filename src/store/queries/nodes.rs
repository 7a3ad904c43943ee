//! Definitions as others can name them.

use crate::model::{DefinitionId, Kind, Location, RepositoryId, name};
use crate::resolve::{Called, Node};
use crate::store::schema::definitions;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};

/// All that can be meant.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn live_in(workspace: &str) -> _ {
    let workspace: String = workspace.to_owned();
    let seen: SqlLiteral<Nullable<Text>> = seen_if_broken();
    definitions::table.filter(definitions::workspace_id.eq(workspace)).filter(definitions::deleted_at.is_null()).select(
        (
            definitions::kind,
            definitions::name,
            definitions::path,
            definitions::repository_id,
            definitions::id,
            definitions::conflict.is_not_null(),
            seen,
        ),
    )
}

/// Where git's file is broken and no edit stands before it, what tells its place ([`Location::from_seen`]).
pub(super) fn seen_if_broken() -> SqlLiteral<Nullable<Text>> {
    sql("CASE WHEN definitions.error IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM edits WHERE edits.definition_id = definitions.id) \
         THEN coalesce(definitions.seen, '') END")
}

/// The name of a broken file by its path.
pub(super) fn file_name(path: Option<&str>, seen: &str) -> Option<String> {
    Some(name::from_path(&Location::from_seen(path?, Some(seen))?))
}

/// Kind, name, path, repository, id, whether the name belongs to another one, and [`seen_if_broken`].
pub(super) type NodeRow = (String, String, Option<String>, Option<i64>, String, bool, Option<String>);

pub(super) fn node((kind, name, path, repository, id, lost, seen): NodeRow) -> Option<Node> {
    let by_file = seen.and_then(|seen| file_name(path.as_deref(), &seen));
    let called = match by_file {
        Some(name) => Called::ByFile(name),
        None if lost => Called::ByPath,
        None => Called::ByName,
    };
    Some(Node {
        kind: Kind::from_text(&kind)?,
        name,
        path: path.unwrap_or_default(),
        repository: repository.map(RepositoryId::new),
        id: DefinitionId::from_text(id),
        called,
    })
}
