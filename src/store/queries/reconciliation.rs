use super::wants::Owed;
use super::{Conn, checks, deeds, dialect, repositories as repository_rows, wants};
use crate::model::{Account, InstallationId, ListedInstallation, ListedRepository, RepositoryId, RepositoryList};
use crate::store::reconciliation::Visit;
use crate::store::rows::repository::Repository;
use crate::store::schema::{installations, repositories, wants as wants_table};
use crate::store::{StoreError, backoff};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};

/// GitHub's lists may be so much older than they look.
const LAG: TimeDelta = TimeDelta::seconds(if cfg!(feature = "hold") { 0 } else { 10 });

/// So much later is an installation looked at that is not listed any more.
const NEW_FIRST: TimeDelta = TimeDelta::seconds(if cfg!(feature = "hold") { 1 } else { 30 });

type Held = (i64, String, String, Option<String>, NaiveDateTime);

pub(crate) async fn installations(
    conn: &mut Conn,
    listed: &[ListedInstallation],
    begun: NaiveDateTime,
) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    let held: Vec<Held> = installations::table
        .select((
            installations::id,
            installations::account,
            installations::state,
            installations::permissions,
            installations::updated_at,
        ))
        .load(conn)
        .await?;
    let mut held: HashMap<i64, Held> = held.into_iter().map(|row| (row.0, row)).collect();
    for one in listed {
        let id = one.account.installation.0;
        match held.remove(&id) {
            None => {
                repository_rows::installation_active(conn, &one.account, now).await?;
                look_closer(conn, id, now).await?;
            }
            Some((.., updated)) if updated > begun - LAG => continue,
            Some((_, account, state, permissions, _)) => {
                if !one.account.login.is_empty() && one.account.login != account {
                    rename(conn, id, &account, &one.account.login).await?;
                }
                if (state == "active" && one.suspended) || (state != "active" && !one.suspended) {
                    look_closer(conn, id, now).await?;
                }
                if permissions.as_ref() == Some(&one.permissions) {
                    continue;
                }
                if permissions.is_some() {
                    grant(conn, id, permissions.as_deref(), &one.permissions).await?;
                }
            }
        }
        let due = installations::table.find(id);
        diesel::update(due).set(installations::permissions.eq(&one.permissions)).execute(conn).await?;
    }
    for (id, _, state, ..) in held.into_values() {
        if state != "removed" {
            // Those that are new go first: what was installed anew moves there, and is not taken for gone.
            look_closer(conn, id, now + NEW_FIRST).await?;
        }
    }
    Ok(())
}

async fn look_closer(conn: &mut Conn, installation: i64, now: NaiveDateTime) -> Result<(), StoreError> {
    let row = installations::table.find(installation);
    diesel::update(row).set(installations::reconcile_at.eq(now)).execute(conn).await?;
    Ok(())
}

/// The account is called otherwise. Its repositories are found to be, each by itself.
async fn rename(conn: &mut Conn, installation: i64, from: &str, to: &str) -> Result<(), StoreError> {
    let row = installations::table.find(installation);
    diesel::update(row).set(installations::account.eq(to)).execute(conn).await?;
    deeds::of_installation(conn, "installation.rename", installation, json!({"from": from, "to": to})).await
}

/// The owner grants something else than before: what waited for it is tried at once.
async fn grant(conn: &mut Conn, installation: i64, before: Option<&str>, now: &str) -> Result<(), StoreError> {
    let details = json!({"from": before, "to": now});
    deeds::of_installation(conn, "installation.permissions", installation, details).await?;
    checks::unblock(conn, installation).await?;
    let of_installation = repositories::table
        .filter(repositories::installation_id.eq(installation))
        .order(repositories::id)
        .select(repositories::id);
    let ids: Vec<i64> = of_installation.load(conn).await?;
    diesel::update(wants_table::table.filter(wants_table::repository_id.eq_any(ids)))
        .set(wants_table::not_before.eq(None::<NaiveDateTime>))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn next(conn: &mut Conn) -> Result<Option<i64>, StoreError> {
    let now = dialect::now(conn).await?;
    Ok(installations::table
        .filter(installations::reconcile_at.is_null().or(installations::reconcile_at.le(now)))
        // One that was removed is looked at when it is listed again.
        .filter(
            installations::state.ne("removed").or(installations::reconcile_at.gt(installations::updated_at.nullable())),
        )
        .order(installations::reconcile_at)
        .select(installations::id)
        .first(conn)
        .await
        .optional()?)
}

pub(crate) async fn take(conn: &mut Conn, id: i64, lease: TimeDelta) -> Result<Option<Visit>, StoreError> {
    let now = dialect::now(conn).await?;
    let due = installations::table
        .find(id)
        .filter(installations::reconcile_at.is_null().or(installations::reconcile_at.le(now)));
    let visit = Visit { installation: InstallationId::new(id), leased_until: now + lease };
    let taken = diesel::update(due).set(installations::reconcile_at.eq(visit.leased_until)).execute(conn).await?;
    Ok((taken == 1).then_some(visit))
}

/// `None` if something has hinted since that it is to be looked at sooner.
pub(crate) async fn renew(conn: &mut Conn, visit: Visit, lease: TimeDelta) -> Result<Option<Visit>, StoreError> {
    let renewed = Visit { leased_until: dialect::now(conn).await? + lease, ..visit };
    let held =
        installations::table.find(visit.installation.0).filter(installations::reconcile_at.eq(visit.leased_until));
    let moved = diesel::update(held).set(installations::reconcile_at.eq(renewed.leased_until)).execute(conn).await?;
    Ok((moved == 1).then_some(renewed))
}

pub(crate) async fn done(conn: &mut Conn, visit: Visit, pause: TimeDelta) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    let tenth = pause.num_milliseconds() / 10;
    let next = now + pause + TimeDelta::milliseconds(rand::random_range(-tenth..=tenth));
    put_off(conn, visit, next).await?;
    let row = installations::table.find(visit.installation.0);
    diesel::update(row).set(installations::reconciled_at.eq(now)).execute(conn).await?;
    Ok(())
}

/// Unless something has hinted since that it is to be looked at sooner.
pub(crate) async fn put_off(conn: &mut Conn, visit: Visit, until: NaiveDateTime) -> Result<(), StoreError> {
    let until = backoff::not_at_once(dialect::now(conn).await?, until);
    let untouched =
        installations::table.find(visit.installation.0).filter(installations::reconcile_at.eq(visit.leased_until));
    diesel::update(untouched).set(installations::reconcile_at.eq(until)).execute(conn).await?;
    Ok(())
}

/// GitHub lets it see repositories, so that it is neither suspended nor removed.
pub(crate) async fn active(
    conn: &mut Conn,
    installation: i64,
    begun: NaiveDateTime,
) -> Result<Vec<RepositoryId>, StoreError> {
    let now = dialect::now(conn).await?;
    let changed = installations::table.find(installation).filter(installations::updated_at.gt(begun - LAG));
    if diesel::select(diesel::dsl::exists(changed)).get_result::<bool>(conn).await? {
        return Ok(vec![]);
    }
    let back = repository_rows::unsuspend(conn, installation, now).await?;
    owe_whole(conn, back).await
}

pub(crate) async fn suspended(conn: &mut Conn, installation: i64) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    repository_rows::suspend(conn, installation, now).await
}

pub(crate) async fn uninstalled(conn: &mut Conn, installation: i64) -> Result<Vec<RepositoryId>, StoreError> {
    let now = dialect::now(conn).await?;
    let gone = repository_rows::remove_installation(conn, installation, now).await?;
    // Not looked at any more, unless it is listed again.
    diesel::update(installations::table.find(installation))
        .set((installations::reconcile_at.eq(now), installations::updated_at.eq(now)))
        .execute(conn)
        .await?;
    owe_whole(conn, gone).await
}

pub(crate) async fn listed(
    conn: &mut Conn,
    installation: i64,
    listed: &[ListedRepository],
    begun: NaiveDateTime,
) -> Result<Vec<RepositoryId>, StoreError> {
    let now = dialect::now(conn).await?;
    let ids: Vec<i64> = listed.iter().map(|one| one.facts.id.0).collect();
    let rows: Vec<(Repository, NaiveDateTime)> = repositories::table
        .filter(repositories::id.eq_any(ids))
        .select((Repository::as_select(), repositories::updated_at))
        .load(conn)
        .await?;
    let held: HashMap<i64, (Repository, NaiveDateTime)> = rows.into_iter().map(|row| (row.0.id, row)).collect();
    let login = installations::table.find(installation).select(installations::account).first(conn).await?;
    let account = Account { installation: InstallationId::new(installation), login };
    let mut owed = Vec::new();
    for one in listed {
        match held.get(&one.facts.id.0) {
            Some((_, updated)) if *updated > begun - LAG => continue,
            Some((row, _)) if row.state == "active" && row.installation_id == installation => {
                if is_called_otherwise(row, one) {
                    owed.push(row.id);
                }
            }
            _ => {
                repository_rows::ensure(conn, &one.facts, &account, now).await?;
                owed.push(one.facts.id.0);
            }
        }
    }
    owe_whole(conn, owed).await
}

/// What the comparison that is then owed takes over.
fn is_called_otherwise(row: &Repository, listed: &ListedRepository) -> bool {
    let facts = &listed.facts;
    row.compared > 0
        && (facts.full_name != row.full_name
            || facts.private != row.private
            // Of an empty repository the list tells the branch that it would have.
            || (row.default_branch.is_some() && facts.default_branch != row.default_branch)
            || listed.archived != row.archived)
}

/// Deleted, taken from the installation, or transferred to an account that does not have the App: GitHub does not tell which.
pub(crate) async fn missing(
    conn: &mut Conn,
    installation: i64,
    list: &RepositoryList,
    begun: NaiveDateTime,
) -> Result<BTreeSet<i64>, StoreError> {
    let listed: HashSet<i64> = list.repositories.iter().map(|one| one.facts.id.0).collect();
    let held: Vec<i64> = repositories::table
        .filter(repositories::installation_id.eq(installation))
        .filter(repositories::state.ne("removed"))
        .filter(repositories::updated_at.le(begun - LAG))
        .order(repositories::id)
        .select(repositories::id)
        .load(conn)
        .await?;
    Ok(held.into_iter().filter(|id| !listed.contains(id)).collect())
}

pub(crate) async fn remove(conn: &mut Conn, installation: i64, ids: &[i64]) -> Result<Vec<RepositoryId>, StoreError> {
    let now = dialect::now(conn).await?;
    let gone = repository_rows::remove(conn, installation, ids, now).await?;
    owe_whole(conn, gone).await
}

async fn owe_whole(conn: &mut Conn, mut ids: Vec<i64>) -> Result<Vec<RepositoryId>, StoreError> {
    ids.sort_unstable();
    for id in &ids {
        wants::owe(conn, *id, &Owed { times: 1, whole: true, ..Owed::default() }).await?;
    }
    Ok(ids.into_iter().map(RepositoryId::new).collect())
}
