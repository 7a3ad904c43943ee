use super::{Conn, dialect, owner_settings, repositories as repository_rows};
use crate::model::location::{cursor_folder_of, touched_cursor_folder};
use crate::model::{DeliveryId, RepositoryId};
use crate::parse::READER_VERSION;
use crate::queue::Lane;
use crate::store::StoreError;
use crate::store::rows::debt::Debt;
use crate::store::schema::{definitions, deliveries, edits, repositories, sync_queue, wanted_folders, wants};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::BTreeSet;

pub(crate) async fn due(conn: &mut Conn, limit: i64) -> Result<Vec<(RepositoryId, Lane)>, StoreError> {
    let now = dialect::now(conn).await?;
    let is_awaited = wants::urgent.or(wants::wanted_push.gt(repositories::compared));
    let due: Vec<(i64, bool)> = wants::table
        .inner_join(repositories::table.on(repositories::id.eq(wants::repository_id)))
        .filter(wants::wanted.gt(repositories::compared))
        .filter(repositories::state.ne("suspended"))
        .filter(wants::not_before.is_null().or(wants::not_before.le(now)))
        .filter(wants::leased_until.is_null().or(wants::leased_until.le(now)))
        .order((is_awaited.desc(), wants::repository_id))
        .select((wants::repository_id, is_awaited))
        .limit(limit)
        .load(conn)
        .await?;
    let lane = |is_awaited| if is_awaited { Lane::Person } else { Lane::Bulk };
    Ok(due.into_iter().map(|(id, is_awaited)| (RepositoryId::new(id), lane(is_awaited))).collect())
}

pub(crate) async fn take(conn: &mut Conn, repository: i64, lease: TimeDelta) -> Result<Option<Debt>, StoreError> {
    let now = dialect::now(conn).await?;
    let free = wants::table
        .find(repository)
        .filter(wants::leased_until.is_null().or(wants::leased_until.le(now)))
        .filter(wants::not_before.is_null().or(wants::not_before.le(now)));
    let taken: Option<(i64, i64, i64, i32, bool)> = diesel::update(free)
        .set((wants::leased_until.eq(now + lease), wants::taken.eq(wants::wanted)))
        .returning((wants::wanted, wants::wanted_whole, wants::wanted_push, wants::attempts, wants::urgent))
        .get_result(conn)
        .await
        .optional()?;
    let Some((wanted, wanted_whole, wanted_push, attempts, urgent)) = taken else {
        return Ok(None);
    };
    // After `wanted` was read: whatever delivery is in it was received before this.
    let now = dialect::now(conn).await?;
    let Some(row) = repository_rows::find(conn, repository).await? else {
        return Ok(None);
    };
    if wanted <= row.compared || row.state == "suspended" {
        release(conn, repository).await?;
        return Ok(None);
    }
    let folders = folders(conn, repository).await?;
    let delivery = newest_delivery(conn, repository).await?;
    let organisation = owner_settings::of_organisation(conn, &row).await?;
    Ok(Some(Debt {
        repository: row,
        wanted,
        wanted_whole,
        wanted_push,
        attempts,
        urgent,
        organisation,
        folders,
        delivery,
        now,
    }))
}

pub(crate) async fn renew(conn: &mut Conn, repository: i64, lease: TimeDelta) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::update(wants::table.find(repository).filter(wants::leased_until.is_not_null()))
        .set(wants::leased_until.eq(now + lease))
        .execute(conn)
        .await?;
    Ok(())
}

async fn release(conn: &mut Conn, repository: i64) -> Result<(), StoreError> {
    diesel::update(wants::table.find(repository))
        .set((wants::leased_until.eq(None::<NaiveDateTime>), wants::taken.eq(0)))
        .execute(conn)
        .await?;
    Ok(())
}

/// The root's folder, those that hold definitions or open tasks, and those that pushes named.
async fn folders(conn: &mut Conn, repository: i64) -> Result<BTreeSet<String>, StoreError> {
    let scopes: Vec<String> = definitions::table
        .left_join(edits::table.on(edits::definition_id.eq(definitions::id)))
        .filter(definitions::repository_id.eq(repository))
        // Hidden ones are still compared.
        .filter(definitions::deleted_at.is_null().nullable().or(edits::hidden.nullable()))
        .select(definitions::scope)
        .distinct()
        .load(conn)
        .await?;
    let open: Vec<String> =
        sync_queue::table.filter(sync_queue::repository_id.eq(repository)).select(sync_queue::path).load(conn).await?;
    let named: Vec<String> = wanted_folders::table
        .filter(wanted_folders::repository_id.eq(repository))
        .select(wanted_folders::folder)
        .load(conn)
        .await?;
    let mut folders: BTreeSet<String> = scopes.iter().map(|scope| cursor_folder_of(scope)).collect();
    folders.extend(open.iter().filter_map(|path| touched_cursor_folder(path)).map(str::to_owned));
    folders.extend(named);
    folders.insert(cursor_folder_of(""));
    Ok(folders)
}

async fn newest_delivery(conn: &mut Conn, repository: i64) -> Result<Option<DeliveryId>, StoreError> {
    let id: Option<String> = deliveries::table
        .filter(deliveries::repository_id.eq(repository))
        .filter(deliveries::outcome.eq("owed"))
        .order(deliveries::received_at.desc())
        .select(deliveries::id)
        .first(conn)
        .await
        .optional()?;
    Ok(id.map(DeliveryId))
}

pub(crate) async fn settle(
    conn: &mut Conn,
    repository: i64,
    paid: i64,
    next_look: Option<TimeDelta>,
) -> Result<bool, StoreError> {
    if let Some(interval) = next_look {
        let at = next_turn(dialect::now(conn).await?, interval);
        diesel::update(wants::table.find(repository)).set(wants::look_at.eq(at)).execute(conn).await?;
    }
    let answered = wanted_folders::table
        .filter(wanted_folders::repository_id.eq(repository))
        .filter(wanted_folders::wanted.le(paid));
    diesel::delete(answered).execute(conn).await?;
    let wanted: Option<i64> = diesel::update(wants::table.find(repository))
        .set((
            wants::leased_until.eq(None::<NaiveDateTime>),
            wants::taken.eq(0),
            wants::not_before.eq(None::<NaiveDateTime>),
            wants::reason.eq(None::<String>),
            wants::attempts.eq(0),
            // The head that was compared is newer, or the schedule will say so.
            wants::announced_head.eq(None::<String>),
        ))
        .returning(wants::wanted)
        .get_result(conn)
        .await
        .optional()?;
    // What a person has asked for since stays urgent.
    diesel::update(wants::table.find(repository).filter(wants::wanted.le(paid)))
        .set(wants::urgent.eq(false))
        .execute(conn)
        .await?;
    Ok(wanted.is_some_and(|wanted| wanted > paid))
}

pub(crate) async fn put_off(
    conn: &mut Conn,
    repository: i64,
    until: NaiveDateTime,
    reason: &str,
) -> Result<(), StoreError> {
    diesel::update(wants::table.find(repository))
        .set((
            wants::leased_until.eq(None::<NaiveDateTime>),
            wants::taken.eq(0),
            wants::not_before.eq(until),
            wants::reason.eq(reason),
            wants::attempts.eq(wants::attempts + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn has_left(
    conn: &mut Conn,
    repository: i64,
    head: &str,
    since: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<bool, StoreError> {
    let left = deliveries::table
        .filter(deliveries::repository_id.eq(repository))
        .filter(deliveries::before.eq(head))
        .filter(deliveries::outcome.ne("other-ref"))
        .filter(deliveries::received_at.gt(since))
        .filter(deliveries::received_at.le(until));
    Ok(diesel::select(diesel::dsl::exists(left)).get_result(conn).await?)
}

pub(crate) async fn has_come(
    conn: &mut Conn,
    repository: i64,
    since: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<bool, StoreError> {
    let come = deliveries::table
        .filter(deliveries::repository_id.eq(repository))
        .filter(deliveries::after.is_not_null())
        .filter(deliveries::outcome.ne("other-ref"))
        .filter(deliveries::received_at.gt(since))
        .filter(deliveries::received_at.le(until));
    Ok(diesel::select(diesel::dsl::exists(come)).get_result(conn).await?)
}

pub(crate) async fn forget_older_readers(conn: &mut Conn) -> Result<(), StoreError> {
    // What another reader has seen counts as unseen: the look that is owed then compares every file.
    diesel::update(repositories::table.filter(repositories::reader.lt(READER_VERSION)))
        .set((repositories::head.eq(None::<String>), repositories::whole_head.eq(None::<String>)))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn repairs(conn: &mut Conn, limit: i64) -> Result<Vec<RepositoryId>, StoreError> {
    let now = dialect::now(conn).await?;
    let due: Vec<i64> =
        wants::table.filter(wants::repair_at.le(now)).select(wants::repository_id).limit(limit).load(conn).await?;
    let mut owed = Vec::with_capacity(due.len());
    for id in sorted(due) {
        let moved = diesel::update(wants::table.find(id).filter(wants::repair_at.le(now)))
            .set((wants::repair_at.eq(None::<NaiveDateTime>), wants::wanted.eq(wants::wanted + 1)))
            .execute(conn)
            .await?;
        if moved == 1 {
            owed.push(RepositoryId::new(id));
        }
    }
    Ok(owed)
}

/// A tenth earlier to a tenth later, so that repositories whose first look was at the same time drift apart.
pub(super) fn next_turn(now: NaiveDateTime, interval: TimeDelta) -> NaiveDateTime {
    let tenth = interval.num_milliseconds() / 10;
    now + interval + TimeDelta::milliseconds(rand::random_range(-tenth..=tenth))
}

/// Rows are always taken in the order of their ids, so that no two transactions wait for each other.
pub(super) fn sorted(mut ids: Vec<i64>) -> Vec<i64> {
    ids.sort_unstable();
    ids
}
