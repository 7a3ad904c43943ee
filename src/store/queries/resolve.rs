use super::{Conn, links};
use crate::model::{DefinitionId, RepositoryId, SyncStatus};
use crate::resolve::{Claimant, winner};
use crate::store::StoreError;
use crate::store::schema::definitions;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};

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

/// Definitions whose name is claimed more than once, and those that are in conflict by now.
async fn disputed(conn: &mut Conn, workspace: &str) -> Result<Vec<Claim>, StoreError> {
    let live = || {
        definitions::table
            .filter(definitions::workspace_id.eq(workspace.to_owned()))
            .filter(definitions::deleted_at.is_null())
    };
    let doubled: Vec<(String, String)> = live()
        .group_by((definitions::kind, definitions::name))
        .having(diesel::dsl::count_star().gt(1))
        .select((definitions::kind, definitions::name))
        .load(conn)
        .await?;
    let mut found: HashMap<String, Claim> = HashMap::new();
    let in_conflict: Vec<Claim> =
        live().filter(definitions::conflict.is_not_null()).select(Claim::as_select()).load(conn).await?;
    found.extend(in_conflict.into_iter().map(|claim| (claim.id.clone(), claim)));
    let names: Vec<String> = doubled.into_iter().map(|(_, name)| name).collect();
    for names in names.chunks(1000) {
        let claims: Vec<Claim> =
            live().filter(definitions::name.eq_any(names.to_vec())).select(Claim::as_select()).load(conn).await?;
        found.extend(claims.into_iter().map(|claim| (claim.id.clone(), claim)));
    }
    Ok(found.into_values().collect())
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
        let status = SyncStatus::of(claim.error.is_some(), lost, claim.pending);
        links::owe(conn, std::slice::from_ref(&claim.id)).await?;
        diesel::update(definitions::table.find(&claim.id))
            .set((definitions::conflict.eq(conflict), definitions::status.eq(status.as_str())))
            .execute(conn)
            .await?;
    }
    Ok(())
}

impl Claim {
    fn claimant(&self) -> Claimant {
        Claimant {
            broken: self.error.is_some(),
            depth: self.depth,
            path: self.path.clone().unwrap_or_default(),
            repository: self.repository_id.map(RepositoryId::new),
            id: DefinitionId::from_text(self.id.clone()),
        }
    }
}
