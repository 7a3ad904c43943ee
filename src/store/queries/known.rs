use super::Conn;
use crate::model::{Location, Parsed};
use crate::store::StoreError;
use crate::store::rows::definition::{DefinitionRow, storable};
use crate::store::schema::definitions;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use std::collections::{HashMap, HashSet};

/// The rows that the files of a batch may continue.
pub(crate) struct Known {
    /// Live rows by path.
    live: HashMap<String, DefinitionRow>,
    /// Rows whose file has gone, in this run or earlier: newest last.
    left: Vec<DefinitionRow>,
}

impl Known {
    pub(crate) async fn load(
        conn: &mut Conn,
        repository: i64,
        files: &[(&Location, &Parsed)],
    ) -> Result<Self, StoreError> {
        let paths: Vec<&str> = files.iter().map(|(location, _)| location.path.as_str()).collect();
        let of_repository = || definitions::table.filter(definitions::repository_id.eq(repository));
        let rows: Vec<DefinitionRow> = of_repository()
            .filter(definitions::path.eq_any(paths))
            .select(DefinitionRow::as_select())
            .load(conn)
            .await?;
        let (live, mut left): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.deleted_at.is_none());
        let live: HashMap<String, DefinitionRow> =
            live.into_iter().filter_map(|row| Some((row.path.clone()?, row))).collect();
        let names: Vec<String> = files
            .iter()
            .filter(|(location, _)| !live.contains_key(&location.path))
            .map(|(_, parsed)| storable(&parsed.name))
            .collect();
        let seen: HashSet<String> = left.iter().map(|row| row.id.clone()).collect();
        let namesakes: Vec<DefinitionRow> = of_repository()
            .filter(definitions::name.eq_any(names))
            // As text, so that both databases see that their index of these holds all of them.
            .filter(sql::<Bool>("(definitions.gone OR definitions.deleted_at IS NOT NULL)"))
            .select(DefinitionRow::as_select())
            .load(conn)
            .await?;
        left.extend(namesakes.into_iter().filter(|row| !seen.contains(&row.id)));
        left.sort_by_key(|row| (row.deleted_at.is_none(), row.deleted_at));
        Ok(Self { live, left })
    }

    /// The row that the file continues: the one of its path; one of the same kind and name whose file has just gone (the file
    /// was moved); the newest tombstone of its path, or of its kind and name. Each row is given out once.
    pub(crate) fn take(&mut self, location: &Location, parsed: &Parsed) -> Option<DefinitionRow> {
        if let Some(row) = self.live.remove(&location.path) {
            return Some(row);
        }
        let kind = location.kind.as_str();
        let moved = |row: &DefinitionRow| row.deleted_at.is_none() && row.kind == kind && row.name == parsed.name;
        let came_back = |row: &DefinitionRow| row.path.as_deref() == Some(location.path.as_str());
        let namesake = |row: &DefinitionRow| row.kind == kind && row.name == parsed.name;
        let found = self
            .left
            .iter()
            .rposition(moved)
            .or_else(|| self.left.iter().rposition(came_back))
            .or_else(|| self.left.iter().rposition(namesake))?;
        Some(self.left.remove(found))
    }
}
