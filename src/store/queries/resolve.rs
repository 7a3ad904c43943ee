use super::{Conn, links};
use crate::model::{DefinitionId, Kind, RepositoryId, SyncStatus};
use crate::resolve::{Claimant, winner};
use crate::store::StoreError;
use crate::store::rows::edit::EditMark;
use crate::store::schema::{definitions, edits, unsettled_links};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Queryable, Selectable)]
#[diesel(table_name = definitions)]
struct Claim {
    id: String,
    repository_id: Option<i64>,
    kind: String,
    name: String,
    path: Option<String>,
    depth: i32,
    error: Option<String>,
    conflict: Option<Value>,
    pending: bool,
    blob: Option<String>,
    #[diesel(embed)]
    edit: Option<EditMark>,
}

/// Settles who has the names that several definitions of the workspace claim, and clears conflicts that are over.
pub(crate) async fn names(conn: &mut Conn, workspace: &str) -> Result<(), StoreError> {
    let claims = disputed(conn, workspace).await?;
    let mut groups: BTreeMap<(String, String), Vec<Claim>> = BTreeMap::new();
    for claim in claims {
        groups.entry((claim.kind.clone(), claim.name.clone())).or_default().push(claim);
    }
    for claims in groups.into_values() {
        settle(conn, claims).await?;
    }
    Ok(())
}

/// All that claim a name about which something may have changed: one that a definition has which came, changed, moved or went,
/// or one that is in conflict by now.
async fn disputed(conn: &mut Conn, workspace: &str) -> Result<Vec<Claim>, StoreError> {
    let live = || {
        definitions::table
            .filter(definitions::workspace_id.eq(workspace.to_owned()))
            .filter(definitions::deleted_at.is_null())
    };
    let changed: Vec<String> = unsettled_links::table
        .inner_join(definitions::table.on(definitions::id.eq(unsettled_links::definition_id)))
        .filter(unsettled_links::workspace_id.eq(workspace))
        .select(definitions::name)
        .distinct()
        .load(conn)
        .await?;
    // As text, so that both databases see that their index of what is not in order holds all of these; and one by one, or
    // SQLite takes another index and reads the whole workspace.
    let in_trouble = diesel::dsl::sql::<Bool>("definitions.status <> 'synced'");
    let troubles = SyncStatus::ALL.into_iter().filter(|status| *status != SyncStatus::Synced).map(SyncStatus::as_str);
    let in_conflict: Vec<String> = live()
        .filter(in_trouble)
        .filter(definitions::status.eq_any(troubles))
        .filter(definitions::conflict.is_not_null())
        .select(definitions::name)
        .distinct()
        .load(conn)
        .await?;
    let names: BTreeSet<String> = changed.into_iter().chain(in_conflict).collect();
    let mut claims = Vec::new();
    for names in names.into_iter().collect::<Vec<_>>().chunks(1000) {
        // With the kinds, so that the index by name is of use.
        let some = live()
            .left_join(edits::table.on(edits::definition_id.eq(definitions::id)))
            .filter(definitions::kind.eq_any(Kind::ALL.map(Kind::as_str)))
            .filter(definitions::name.eq_any(names.to_vec()))
            .select(Claim::as_select());
        claims.extend(some.load::<Claim>(conn).await?);
    }
    Ok(claims)
}

/// One winner; the others say who it is.
async fn settle(conn: &mut Conn, claims: Vec<Claim>) -> Result<(), StoreError> {
    let claimants: Vec<Claimant> = claims.iter().map(Claim::claimant).collect();
    let Some(winner) = winner(&claimants) else {
        return Ok(());
    };
    for claim in &claims {
        let lost = claim.id != winner.id.as_str();
        let conflict = lost.then(|| json!({"type": "name", "winner": winner.id.as_str(), "path": winner.path}));
        if conflict == claim.conflict {
            continue;
        }
        let status = SyncStatus::of(claim.error.is_some(), lost || claim.is_at_odds(), claim.pending);
        links::owe(conn, std::slice::from_ref(&claim.id)).await?;
        diesel::update(definitions::table.find(&claim.id))
            .set((definitions::conflict.eq(conflict), definitions::status.eq(status.as_str())))
            .execute(conn)
            .await?;
    }
    Ok(())
}

impl Claim {
    fn is_at_odds(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| edit.is_at_odds(self.blob.as_deref()))
    }

    fn claimant(&self) -> Claimant {
        Claimant {
            // An edit that stands before a broken file is good.
            broken: self.error.is_some() && self.edit.is_none(),
            imported: self.repository_id.is_none(),
            depth: self.depth,
            path: self.path.clone().unwrap_or_default(),
            repository: self.repository_id.map(RepositoryId::new),
            id: DefinitionId::from_text(self.id.clone()),
        }
    }
}
