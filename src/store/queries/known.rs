use super::{Conn, held};
use crate::model::{Location, Parsed};
use crate::store::StoreError;
use crate::store::held::Held;
use crate::store::rows::definition::{DefinitionRow, storable};
use crate::store::schema::definitions;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use std::collections::{HashMap, HashSet};

/// The definitions that the files of a batch may continue.
pub(crate) struct Known {
    /// Those that stand, or are hidden, by path.
    live: HashMap<String, Held>,
    /// Those whose file has gone, in this run or earlier: newest last.
    left: Vec<Held>,
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
        let stands = |held: &Held| held.is_live() || held.is_hidden();
        let (live, mut left): (Vec<_>, Vec<_>) = held::with_edits(conn, rows).await?.into_iter().partition(stands);
        let live: HashMap<String, Held> =
            live.into_iter().filter_map(|held| Some((held.row.path.clone()?, held))).collect();
        let names: Vec<String> = files
            .iter()
            .filter(|(location, _)| !live.contains_key(&location.path))
            .map(|(_, parsed)| storable(&parsed.name))
            .collect();
        let seen: HashSet<String> = left.iter().map(|held| held.row.id.clone()).collect();
        let namesakes: Vec<DefinitionRow> = of_repository()
            .filter(definitions::name.eq_any(names))
            // As text, so that both databases see that their index of these holds all of them.
            .filter(sql::<Bool>("(definitions.gone OR definitions.deleted_at IS NOT NULL)"))
            .select(DefinitionRow::as_select())
            .load(conn)
            .await?;
        // A hidden one has its own file still.
        let namesakes = held::with_edits(conn, namesakes).await?;
        left.extend(
            namesakes.into_iter().filter(|held| !seen.contains(&held.row.id) && (held.row.gone || !held.is_hidden())),
        );
        left.sort_by_key(|held| (held.is_live(), held.row.deleted_at));
        Ok(Self { live, left })
    }

    pub(crate) fn any_edited(&self) -> bool {
        self.live.values().chain(&self.left).any(Held::is_edited)
    }

    /// The definition that the file continues: the one of its path; one of the same kind and name whose file has just gone (the
    /// file was moved); the newest tombstone of its path, or of its kind and name. Each is given out once.
    pub(crate) fn take(&mut self, location: &Location, parsed: &Parsed) -> Option<Held> {
        if let Some(held) = self.live.remove(&location.path) {
            return Some(held);
        }
        let kind = location.kind.as_str();
        let namesake = |held: &Held| held.row.kind == kind && held.row.name == parsed.name;
        let moved = |held: &Held| held.is_live() && namesake(held);
        let came_back = |held: &Held| held.row.path.as_deref() == Some(location.path.as_str());
        let found = self
            .left
            .iter()
            .rposition(moved)
            .or_else(|| self.left.iter().rposition(came_back))
            .or_else(|| self.left.iter().rposition(namesake))?;
        Some(self.left.remove(found))
    }
}
