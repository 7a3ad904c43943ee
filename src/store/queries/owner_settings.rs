use super::wants::{self, Owed};
use super::write::Written;
use super::{Conn, deeds, dialect, held};
use crate::model::Preference;
use crate::plan::Noted;
use crate::settings::Settings;
use crate::store::StoreError;
use crate::store::held::Held;
use crate::store::rows::definition::{BY_SYNC, storable_json};
use crate::store::rows::repository::Repository;
use crate::store::schema::repositories;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

diesel::define_sql_function!(fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text);

/// The repository in which an organisation keeps what holds for all of its others.
const ORGANISATIONS: &str = ".github";

/// What the organisation says for the repository: nothing, if the installation cannot read it there.
pub(crate) async fn of_organisation(conn: &mut Conn, row: &Repository) -> Result<Settings, StoreError> {
    let Some((owner, _)) = row.full_name.split_once('/').filter(|(_, name)| *name != ORGANISATIONS) else {
        return Ok(Settings::default());
    };
    let own: Option<Option<Value>> = repositories::table
        .filter(lower(repositories::full_name).eq(format!("{owner}/{ORGANISATIONS}").to_lowercase()))
        .filter(repositories::installation_id.eq(row.installation_id))
        .filter(repositories::state.eq("active"))
        .select(repositories::own_settings)
        .first(conn)
        .await
        .optional()?;
    Ok(Settings::stored(own.flatten().as_ref()))
}

/// Whether nothing else was put in force since the debt was taken.
pub(super) fn is_up_to_date(noted: &Noted, row: &Repository) -> bool {
    noted.before == (row.settings.clone(), row.own_settings.clone())
}

/// Puts in force what was noted. Returns the row as it is by then, and whether definitions are other than before by it.
pub(super) async fn put_in_force(
    conn: &mut Conn,
    row: &Repository,
    noted: &Noted,
    now: NaiveDateTime,
) -> Result<(Repository, bool), StoreError> {
    let own = noted.own.to_stored();
    let blob = noted.blob.as_ref().map(ToString::to_string);
    let problems = (!noted.problems.is_empty()).then(|| storable_json(&json!(noted.problems)));
    diesel::update(repositories::table.find(row.id))
        .set((
            repositories::settings.eq(noted.in_force.to_stored()),
            repositories::own_settings.eq(&own),
            repositories::settings_blob.eq(&blob),
            repositories::settings_problems.eq(problems),
            repositories::tracked_branch.eq(&noted.in_force.branch),
        ))
        .execute(conn)
        .await?;
    if noted.is_change() {
        deeds::of_repository(conn, "repository.settings", row, json!({"inForce": noted.in_force})).await?;
    }
    if own != row.own_settings {
        owe_others(conn, row, &row.full_name).await?;
    }
    let before = row.in_force().conflicts;
    let row = Repository {
        settings: noted.in_force.to_stored(),
        own_settings: own,
        settings_blob: blob,
        tracked_branch: noted.in_force.branch.clone(),
        ..row.clone()
    };
    let settled = noted.in_force.conflicts != before && settle_conflicts(conn, &row, now).await?;
    Ok((row, settled))
}

/// It is called otherwise from now on. Those for which it spoke, or speaks now, are looked at again; and so is it, if another
/// organisation speaks for it, or now one does.
pub(super) async fn renamed(conn: &mut Conn, row: &Repository, to: &str) -> Result<(), StoreError> {
    for name in [&row.full_name, to] {
        owe_others(conn, row, name).await?;
    }
    let [before, after] = [&row.full_name, to].map(|name| name.split_once('/').unwrap_or_default());
    let is_of_another = !before.0.eq_ignore_ascii_case(after.0);
    if is_of_another || before.1 == ORGANISATIONS || after.1 == ORGANISATIONS {
        owe(conn, row.id).await?;
    }
    Ok(())
}

/// What the organisation says is said otherwise from now on: each of its repositories is looked at by it.
async fn owe_others(conn: &mut Conn, row: &Repository, name: &str) -> Result<(), StoreError> {
    let Some(owner) = name.strip_suffix(ORGANISATIONS).filter(|owner| owner.ends_with('/')) else {
        return Ok(());
    };
    let owner = owner.to_lowercase();
    let all: Vec<(i64, String)> = repositories::table
        .filter(repositories::installation_id.eq(row.installation_id))
        .filter(repositories::id.ne(row.id))
        .order(repositories::id)
        .select((repositories::id, repositories::full_name))
        .load(conn)
        .await?;
    for (id, _) in all.iter().filter(|(_, name)| name.to_lowercase().starts_with(&owner)) {
        owe(conn, *id).await?;
    }
    Ok(())
}

async fn owe(conn: &mut Conn, repository: i64) -> Result<(), StoreError> {
    wants::owe(conn, repository, &Owed { times: 1, whole: true, ..Owed::default() }).await
}

/// What is wanted done about conflicts of edits in the repository: its owner's word, else the workspace's.
pub(super) async fn preference(conn: &mut Conn, row: &Repository) -> Result<Preference, StoreError> {
    match row.in_force().conflicts {
        Some(preference) => Ok(preference),
        None => super::settings::preference(conn, &row.workspace_id).await,
    }
}

/// Conflicts that stand are settled at once, as they are where the workspace's preference changes.
async fn settle_conflicts(conn: &mut Conn, row: &Repository, now: NaiveDateTime) -> Result<bool, StoreError> {
    let Some(Preference::Take(side)) = row.in_force().conflicts else {
        return Ok(false);
    };
    dialect::lock_workspace(conn, &row.workspace_id).await?;
    let of_repository = |held: &Held| held.row.repository_id == Some(row.id) && held.is_at_odds();
    let at_odds: Vec<Held> = held::edited(conn, &row.workspace_id).await?.into_iter().filter(of_repository).collect();
    if at_odds.is_empty() {
        return Ok(false);
    }
    let mut written = Written::default();
    for mut held in at_odds {
        let news = held.take_side(side, BY_SYNC, now);
        written.add(held, news, false);
    }
    written.write(conn).await?;
    Ok(true)
}
