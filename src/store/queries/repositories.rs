use super::{Conn, deeds, workspaces as workspace_rows};
use crate::model::{Account, RepositoryFacts, Tracked, WorkspaceId};
use crate::parse::READER_VERSION;
use crate::store::StoreError;
use crate::store::rows::repository::{NewRepository, NewWants, Repository, Served};
use crate::store::schema::{former_names, installations, repositories, wants};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use serde_json::json;
use std::collections::HashMap;

diesel::define_sql_function!(fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text);

const ACTIVE: &str = "active";
const SUSPENDED: &str = "suspended";
const REMOVED: &str = "removed";
/// How long after something came up it is held against what GitHub lists, or shows.
const WEBHOOKS_FIRST: TimeDelta = TimeDelta::minutes(1);

pub(crate) async fn find(conn: &mut Conn, id: i64) -> Result<Option<Repository>, StoreError> {
    Ok(repositories::table.find(id).select(Repository::as_select()).first(conn).await.optional()?)
}

/// The repository that has this name, or had it; in whatever case. One that has it goes before one that had it.
pub(crate) async fn find_named(conn: &mut Conn, full_name: &str) -> Result<Option<Repository>, StoreError> {
    let name = full_name.to_lowercase();
    let now: Option<Repository> = repositories::table
        .filter(lower(repositories::full_name).eq(&name))
        // Of two, one has gone, or is called otherwise by now and is not compared since.
        .order(((repositories::state.ne(REMOVED)).desc(), repositories::updated_at.desc(), repositories::id))
        .select(Repository::as_select())
        .first(conn)
        .await
        .optional()?;
    if now.is_some() {
        return Ok(now);
    }
    let id: Option<i64> =
        former_names::table.find(&name).select(former_names::repository_id).first(conn).await.optional()?;
    match id {
        Some(id) => find(conn, id).await,
        None => Ok(None),
    }
}

/// The repository is about to be called otherwise. Of several that had a name the last one is meant.
pub(crate) async fn note_former_name(conn: &mut Conn, row: &Repository) -> Result<(), StoreError> {
    diesel::insert_into(former_names::table)
        .values((former_names::full_name.eq(row.full_name.to_lowercase()), former_names::repository_id.eq(row.id)))
        .on_conflict(former_names::full_name)
        .do_update()
        .set(former_names::repository_id.eq(excluded(former_names::repository_id)))
        .execute(conn)
        .await?;
    Ok(())
}

/// What intake needs to know of these repositories; the unknown are missing.
pub(crate) async fn served(conn: &mut Conn, ids: &[i64]) -> Result<HashMap<i64, Served>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Repository> = repositories::table
        .filter(repositories::id.eq_any(ids.to_vec()))
        .select(Repository::as_select())
        .load(conn)
        .await?;
    let served = rows.into_iter().map(|row| {
        let reach = row.in_force().reach();
        let tracked = match row.tracked_branch {
            Some(chosen) => Tracked::Branch { chosen, default: row.default_branch },
            None => Tracked::Default(row.default_branch),
        };
        (row.id, Served { tracked, reach, active: row.state == ACTIVE, fresh: row.compared == 0 })
    });
    Ok(served.collect())
}

/// Makes the repository with a workspace of its own, or takes up again one that was removed.
pub(crate) async fn ensure(
    conn: &mut Conn,
    facts: &RepositoryFacts,
    account: &Account,
    now: NaiveDateTime,
) -> Result<(), StoreError> {
    installation_active(conn, account, now).await?;
    match find(conn, facts.id.0).await? {
        Some(known) => take_up_again(conn, &known, account, now).await,
        None => insert(conn, facts, account, now).await,
    }
}

async fn take_up_again(
    conn: &mut Conn,
    known: &Repository,
    account: &Account,
    now: NaiveDateTime,
) -> Result<(), StoreError> {
    let (from, to) = (known.installation_id, account.installation.0);
    if known.state == REMOVED {
        deeds::of_repository(conn, "repository.return", known, json!({"installation": to})).await?;
    } else if from != to {
        let details = json!({"fromInstallation": from, "toInstallation": to});
        deeds::of_repository(conn, "repository.transfer", known, details).await?;
    }
    diesel::update(repositories::table.find(known.id))
        .set((
            repositories::state.eq(ACTIVE),
            repositories::removed_at.eq(None::<NaiveDateTime>),
            repositories::installation_id.eq(to),
            repositories::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn insert(
    conn: &mut Conn,
    facts: &RepositoryFacts,
    account: &Account,
    now: NaiveDateTime,
) -> Result<(), StoreError> {
    let workspace = WorkspaceId::generate().into_string();
    let row = NewRepository {
        id: facts.id.0,
        installation_id: account.installation.0,
        workspace_id: workspace.clone(),
        full_name: facts.full_name.clone(),
        private: facts.private,
        default_branch: facts.default_branch.clone(),
        state: ACTIVE.to_owned(),
        compared: 0,
        compared_whole: 0,
        run_number: 0,
        reader: READER_VERSION,
        ignored: json!({}),
        created_at: now,
        updated_at: now,
    };
    let inserted = diesel::insert_into(repositories::table).values(&row).on_conflict_do_nothing().execute(conn).await?;
    if inserted == 0 {
        // Another receiver was quicker; its workspace stands.
        return Ok(());
    }
    workspace_rows::insert(conn, &workspace, &facts.full_name).await?;
    let wants = NewWants {
        repository_id: facts.id.0,
        wanted: 0,
        wanted_whole: 0,
        attempts: 0,
        repair_attempts: 0,
        urgent: false,
        // What is owed by then comes first.
        look_at: now + WEBHOOKS_FIRST,
    };
    diesel::insert_into(wants::table).values(&wants).on_conflict_do_nothing().execute(conn).await?;
    match find(conn, facts.id.0).await? {
        Some(row) => {
            let details = json!({"installation": account.installation.0});
            deeds::of_repository(conn, "repository.add", &row, details).await
        }
        None => Ok(()),
    }
}

pub(crate) async fn installation_active(
    conn: &mut Conn,
    account: &Account,
    now: NaiveDateTime,
) -> Result<(), StoreError> {
    let id = account.installation.0;
    let inserted = diesel::insert_into(installations::table)
        .values((
            installations::id.eq(id),
            installations::account.eq(&account.login),
            installations::state.eq(ACTIVE),
            installations::created_at.eq(now),
            installations::updated_at.eq(now),
            // Its own webhooks come first; what they leave out is found then.
            installations::reconcile_at.eq(now + WEBHOOKS_FIRST),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if inserted == 1 {
        return deeds::of_installation(conn, "installation.add", id, json!({"account": account.login})).await;
    }
    set_installation(conn, id, ACTIVE, "installation.resume", now).await
}

async fn set_installation(
    conn: &mut Conn,
    id: i64,
    state: &str,
    action: &'static str,
    now: NaiveDateTime,
) -> Result<(), StoreError> {
    let other = installations::table.find(id).filter(installations::state.ne(state));
    let changed = diesel::update(other)
        .set((installations::state.eq(state), installations::updated_at.eq(now)))
        .execute(conn)
        .await?;
    if changed == 1 { deeds::of_installation(conn, action, id, json!({})).await } else { Ok(()) }
}

pub(crate) async fn suspend(conn: &mut Conn, installation: i64, now: NaiveDateTime) -> Result<(), StoreError> {
    set_installation(conn, installation, SUSPENDED, "installation.suspend", now).await?;
    let of_installation = repositories::table
        .filter(repositories::installation_id.eq(installation))
        .filter(repositories::state.eq(ACTIVE));
    diesel::update(of_installation)
        .set((repositories::state.eq(SUSPENDED), repositories::updated_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Returns the repositories that are served again.
pub(crate) async fn unsuspend(conn: &mut Conn, installation: i64, now: NaiveDateTime) -> Result<Vec<i64>, StoreError> {
    set_installation(conn, installation, ACTIVE, "installation.resume", now).await?;
    let of_installation = repositories::table
        .filter(repositories::installation_id.eq(installation))
        .filter(repositories::state.eq(SUSPENDED));
    Ok(diesel::update(of_installation)
        .set((repositories::state.eq(ACTIVE), repositories::updated_at.eq(now)))
        .returning(repositories::id)
        .get_results(conn)
        .await?)
}

/// Takes all repositories of an installation out of service; returns them.
pub(crate) async fn remove_installation(
    conn: &mut Conn,
    installation: i64,
    now: NaiveDateTime,
) -> Result<Vec<i64>, StoreError> {
    set_installation(conn, installation, REMOVED, "installation.remove", now).await?;
    let of_installation = repositories::table.filter(repositories::installation_id.eq(installation));
    let ids = of_installation.select(repositories::id).load(conn).await?;
    remove(conn, installation, &ids, now).await
}

/// Takes these repositories out of service, as far as they belong to the installation; returns them.
/// The comparison that is then owed finds nothing and leaves tombstones, so that history stays.
pub(crate) async fn remove(
    conn: &mut Conn,
    installation: i64,
    ids: &[i64],
    now: NaiveDateTime,
) -> Result<Vec<i64>, StoreError> {
    let leaving = repositories::table
        .filter(repositories::id.eq_any(ids.to_vec()))
        .filter(repositories::installation_id.eq(installation))
        .filter(repositories::state.ne(REMOVED));
    let left: Vec<Repository> = diesel::update(leaving)
        .set((repositories::state.eq(REMOVED), repositories::removed_at.eq(now), repositories::updated_at.eq(now)))
        .returning(Repository::as_returning())
        .get_results(conn)
        .await?;
    for row in &left {
        deeds::of_repository(conn, "repository.remove", row, json!({"installation": installation})).await?;
    }
    Ok(left.into_iter().map(|row| row.id).collect())
}

/// A repository that does not exist any more, whichever installation it was of.
pub(crate) async fn remove_deleted(conn: &mut Conn, id: i64, now: NaiveDateTime) -> Result<Vec<i64>, StoreError> {
    let installation: Option<i64> =
        repositories::table.find(id).select(repositories::installation_id).first(conn).await.optional()?;
    match installation {
        Some(installation) => remove(conn, installation, &[id], now).await,
        None => Ok(vec![]),
    }
}

/// Returns the repository if we serve it. A payload may be old, so its name and branch are not believed: the
/// comparison that is then owed asks GitHub. Only whom to ask as is taken over.
pub(crate) async fn learn(
    conn: &mut Conn,
    facts: &RepositoryFacts,
    account: Option<&Account>,
    now: NaiveDateTime,
) -> Result<Option<i64>, StoreError> {
    let known: Option<Repository> = find(conn, facts.id.0).await?;
    let Some(known) = known.filter(|row| row.state != REMOVED) else {
        return Ok(None);
    };
    let (from, to) = (known.installation_id, account.map_or(known.installation_id, |it| it.installation.0));
    if from != to {
        let details = json!({"fromInstallation": from, "toInstallation": to});
        deeds::of_repository(conn, "repository.transfer", &known, details).await?;
    }
    diesel::update(repositories::table.find(facts.id.0))
        .set((repositories::installation_id.eq(to), repositories::updated_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(Some(facts.id.0))
}
