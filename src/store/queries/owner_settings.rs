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
use std::collections::BTreeSet;

diesel::define_sql_function!(fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text);

/// The repository in which an organisation keeps what holds for all of its others.
const ORGANISATIONS: &str = ".github";

/// What the organisation says for the repository: nothing, if the installation cannot read it there.
pub(crate) async fn of_organisation(conn: &mut Conn, row: &Repository) -> Result<Settings, StoreError> {
    if speaks_for_others(&row.full_name) { Ok(Settings::default()) } else { of_all(conn, row.installation_id).await }
}

fn speaks_for_others(full_name: &str) -> bool {
    full_name.split_once('/').is_some_and(|(_, name)| name == ORGANISATIONS)
}

/// By the installation, of which an account has one, and not by the owner's name: when that changes, repositories are found to
/// be called otherwise one after the other, and must not be without settings meanwhile.
async fn of_all(conn: &mut Conn, installation: i64) -> Result<Settings, StoreError> {
    let own: Option<Option<Value>> = repositories::table
        .filter(repositories::installation_id.eq(installation))
        .filter(repositories::state.eq("active"))
        .filter(lower(repositories::full_name).like(format!("%/{ORGANISATIONS}")))
        .order((repositories::updated_at.desc(), repositories::id))
        .select(repositories::own_settings)
        .first(conn)
        .await
        .optional()?;
    Ok(Settings::stored(own.flatten().as_ref()))
}

/// Those of the installation for which something else is said by now than what is in force.
pub(super) async fn ruled_otherwise(
    conn: &mut Conn,
    installation: i64,
    rows: &[Repository],
) -> Result<BTreeSet<i64>, StoreError> {
    let (of_all, nothing) = (of_all(conn, installation).await?, Settings::default());
    let is_other = |row: &&Repository| {
        let below = if speaks_for_others(&row.full_name) { &nothing } else { &of_all };
        // Where there is no head, nothing is in force.
        row.head.is_some() && Settings::over(&Settings::stored(row.own_settings.as_ref()), below) != row.in_force()
    };
    Ok(rows.iter().filter(is_other).map(|row| row.id).collect())
}

/// Whether nothing else was put in force since the debt was taken.
pub(super) fn is_up_to_date(noted: &Noted, row: &Repository) -> bool {
    noted.before == (row.settings.clone(), row.own_settings.clone())
}

/// Puts in force what was noted. Returns the row as it is by then, and whether definitions are other than before by it; others
/// for which something else is said than before are added to `affected`.
pub(super) async fn put_in_force(
    conn: &mut Conn,
    row: &Repository,
    noted: &Noted,
    affected: &mut BTreeSet<i64>,
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
    if own != row.own_settings && speaks_for_others(&row.full_name) {
        affected.extend(spoken_for(conn, row, &row.full_name).await?);
    }
    let before = row.in_force();
    if row.compared > 0 && (noted.in_force.branch != row.tracked_branch || noted.in_force.reach() != before.reach()) {
        // Pushes that came meanwhile were judged by what held before, and may have been taken for none of ours.
        affected.insert(row.id);
    }
    let row = Repository {
        settings: noted.in_force.to_stored(),
        own_settings: own,
        settings_blob: blob,
        tracked_branch: noted.in_force.branch.clone(),
        ..row.clone()
    };
    let settled = noted.in_force.conflicts != before.conflicts && settle_conflicts(conn, &row, now).await?;
    Ok((row, settled))
}

/// It is called otherwise from now on. Those for which it spoke, or speaks now, are looked at again; and so is it, if another
/// organisation speaks for it, or now one does.
pub(super) async fn affected_by_name(conn: &mut Conn, row: &Repository, to: &str) -> Result<BTreeSet<i64>, StoreError> {
    let mut affected = BTreeSet::new();
    let names = [&row.full_name, to];
    for name in names.into_iter().filter(|name| speaks_for_others(name)) {
        affected.extend(spoken_for(conn, row, name).await?);
    }
    let [before, after] = names.map(|name| name.split_once('/').map_or("", |(owner, _)| owner));
    if !affected.is_empty() || !before.eq_ignore_ascii_case(after) {
        affected.insert(row.id);
    }
    Ok(affected)
}

/// The others of the installation, and those of the owner that the name tells: it may have had another one then.
async fn spoken_for(conn: &mut Conn, row: &Repository, name: &str) -> Result<Vec<i64>, StoreError> {
    let owner = name.strip_suffix(ORGANISATIONS).unwrap_or_default().to_lowercase();
    let is_owners = lower(repositories::full_name).like(format!("{owner}%"));
    Ok(repositories::table
        .filter(repositories::installation_id.eq(row.installation_id).or(is_owners))
        .filter(repositories::id.ne(row.id))
        .select(repositories::id)
        .load(conn)
        .await?)
}

/// Each of them is looked at again. In the order of ids, and as the last thing of a transaction: receivers wait for these rows.
pub(super) async fn owe(conn: &mut Conn, affected: BTreeSet<i64>) -> Result<(), StoreError> {
    for id in affected {
        wants::owe(conn, id, &Owed { times: 1, whole: true, ..Owed::default() }).await?;
    }
    Ok(())
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
