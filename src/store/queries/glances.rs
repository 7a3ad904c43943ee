use super::debts::{next_turn, sorted};
use super::wants::Owed;
use super::{Conn, dialect, owner_settings, wants as debts};
use crate::model::{InstallationId, RepositoryId};
use crate::store::glances::Turns;
use crate::store::rows::repository::Repository;
use crate::store::schema::{repositories, wants};
use crate::store::{StoreError, backoff};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::BTreeSet;

/// The installation of the repository that has waited longest.
pub(crate) async fn next(conn: &mut Conn) -> Result<Option<i64>, StoreError> {
    let now = dialect::now(conn).await?;
    Ok(wants::table
        .inner_join(repositories::table.on(repositories::id.eq(wants::repository_id)))
        .filter(repositories::state.eq("active"))
        .filter(wants::look_at.le(now))
        // Where a look is owed already, another one would find nothing more.
        .filter(wants::wanted_whole.le(repositories::compared_whole))
        .order(wants::look_at)
        .select(repositories::installation_id)
        .first(conn)
        .await
        .optional()?)
}

pub(crate) async fn take(
    conn: &mut Conn,
    installation: i64,
    limit: i64,
    interval: TimeDelta,
) -> Result<Option<Turns>, StoreError> {
    let now = dialect::now(conn).await?;
    let soon = now + interval / 4;
    let of_installation = repositories::table
        .filter(repositories::installation_id.eq(installation))
        .filter(repositories::state.eq("active"));
    let mut repositories: Vec<Repository> = of_installation
        .inner_join(wants::table.on(wants::repository_id.eq(repositories::id)))
        .filter(wants::look_at.le(soon))
        .filter(wants::wanted_whole.le(repositories::compared_whole))
        .order(wants::look_at)
        .limit(limit)
        .select(Repository::as_select())
        .load(conn)
        .await?;
    // Another process may have been quicker: only the one that moves a turn has it. Whoever dies now delays it by half.
    let mut moved = BTreeSet::new();
    for id in sorted(repositories.iter().map(|row| row.id).collect()) {
        let due = wants::table.find(id).filter(wants::look_at.le(soon));
        if diesel::update(due).set(wants::look_at.eq(now + interval / 2)).execute(conn).await? == 1 {
            moved.insert(id);
        }
    }
    repositories.retain(|row| moved.contains(&row.id));
    if repositories.is_empty() {
        return Ok(None);
    }
    let served = of_installation.count().get_result(conn).await?;
    let ruled_otherwise = owner_settings::ruled_otherwise(conn, installation, &repositories).await?;
    Ok(Some(Turns { installation: InstallationId::new(installation), repositories, ruled_otherwise, served }))
}

pub(crate) async fn glanced(
    conn: &mut Conn,
    all: &[RepositoryId],
    news: &[RepositoryId],
    interval: TimeDelta,
) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    for id in sorted(all.iter().map(|id| id.0).collect()) {
        let turn = next_turn(now, interval);
        diesel::update(wants::table.find(id)).set(wants::look_at.eq(turn)).execute(conn).await?;
        if news.iter().any(|one| one.0 == id) {
            debts::owe(conn, id, &Owed { times: 1, whole: true, ..Owed::default() }).await?;
        }
    }
    Ok(())
}

pub(crate) async fn put_off(conn: &mut Conn, all: &[RepositoryId], until: NaiveDateTime) -> Result<(), StoreError> {
    let until = backoff::not_at_once(dialect::now(conn).await?, until);
    for id in sorted(all.iter().map(|id| id.0).collect()) {
        diesel::update(wants::table.find(id)).set(wants::look_at.eq(until)).execute(conn).await?;
    }
    Ok(())
}
