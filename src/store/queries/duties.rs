use super::{Conn, dialect};
use crate::store::duties::{Duty, Turn};
use crate::store::glances::SHARE;
use crate::store::schema::{duties, installations, repositories, wants};
use crate::store::{StoreError, backoff};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An installation is not held against GitHub's list more often than this, whatever hints at it.
const SELDOM: TimeDelta = TimeDelta::seconds(if cfg!(feature = "hold") { 1 } else { 60 });

/// Where it stands from when on everything was due the last time that a process started.
const STARTS: &str = "starts";
/// However few repositories there are, their heads cost a call.
const FEW: TimeDelta = TimeDelta::milliseconds(if cfg!(feature = "hold") { 0 } else { 9_000 });

pub(crate) async fn is_due(conn: &mut Conn, duty: Duty) -> Result<bool, StoreError> {
    let now = dialect::now(conn).await?;
    let waits: Option<(NaiveDateTime, Option<NaiveDateTime>)> = duties::table
        .find(duty.as_str())
        .select((duties::due_at, duties::leased_until))
        .first(conn)
        .await
        .optional()?;
    Ok(waits.is_none_or(|(due, leased)| due <= now && leased.is_none_or(|leased| leased <= now)))
}

pub(crate) async fn take(conn: &mut Conn, duty: Duty, lease: TimeDelta) -> Result<Option<Turn>, StoreError> {
    let now = dialect::now(conn).await?;
    make(conn, duty.as_str(), now).await?;
    let free = duties::table
        .find(duty.as_str())
        .filter(duties::due_at.le(now))
        .filter(duties::leased_until.is_null().or(duties::leased_until.le(now)));
    let leased_until = now + lease;
    let taken: Option<(NaiveDateTime, i32, Option<NaiveDateTime>)> = diesel::update(free)
        .set(duties::leased_until.eq(leased_until))
        .returning((duties::due_at, duties::attempts, duties::seen_until))
        .get_result(conn)
        .await
        .optional()?;
    Ok(taken.map(|(due, attempts, seen_until)| Turn { duty, due, leased_until, attempts, seen_until }))
}

async fn make(conn: &mut Conn, name: &str, due: NaiveDateTime) -> Result<(), StoreError> {
    diesel::insert_into(duties::table)
        .values((duties::name.eq(name), duties::due_at.eq(due), duties::attempts.eq(0)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn renew(conn: &mut Conn, turn: &Turn, lease: TimeDelta) -> Result<Option<NaiveDateTime>, StoreError> {
    let until = dialect::now(conn).await? + lease;
    let held = duties::table.find(turn.duty.as_str()).filter(duties::leased_until.eq(turn.leased_until));
    let renewed = diesel::update(held).set(duties::leased_until.eq(until)).execute(conn).await?;
    Ok((renewed == 1).then_some(until))
}

pub(crate) async fn end(
    conn: &mut Conn,
    turn: &Turn,
    seen_until: Option<NaiveDateTime>,
    pause: TimeDelta,
) -> Result<(), StoreError> {
    let next = dialect::now(conn).await? + pause;
    let row = duties::table.find(turn.duty.as_str());
    let ended = diesel::update(row.filter(duties::leased_until.eq(turn.leased_until)))
        .set((
            duties::leased_until.eq(None::<NaiveDateTime>),
            duties::attempts.eq(0),
            seen_until.map(|seen| duties::seen_until.eq(seen)),
        ))
        .execute(conn)
        .await?;
    if ended == 1 {
        // What has asked meanwhile for it to be done again is heard.
        diesel::update(row.filter(duties::due_at.eq(turn.due))).set(duties::due_at.eq(next)).execute(conn).await?;
    }
    Ok(())
}

pub(crate) async fn put_off(conn: &mut Conn, turn: &Turn, until: NaiveDateTime) -> Result<(), StoreError> {
    let until = backoff::not_at_once(dialect::now(conn).await?, until);
    let held = duties::table.find(turn.duty.as_str()).filter(duties::leased_until.eq(turn.leased_until));
    diesel::update(held)
        .set((
            duties::due_at.eq(until),
            duties::leased_until.eq(None::<NaiveDateTime>),
            duties::attempts.eq(duties::attempts + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// A process has started: everything is due, though not sooner after the last start than the schedule's share allows, so
/// that processes that start again and again do not use it up. Returns from when on.
pub(crate) async fn hasten_all(conn: &mut Conn) -> Result<NaiveDateTime, StoreError> {
    let now = dialect::now(conn).await?;
    let row = duties::table.find(STARTS);
    let last: Option<NaiveDateTime> = row.select(duties::due_at).first(conn).await.optional()?;
    let pause = SHARE * i32::try_from(most_served(conn).await?).unwrap_or(i32::MAX);
    // A clock that was put back must not put off everything.
    let after = |pause: TimeDelta| last.map_or(now, |last| now.max(last.min(now) + pause));
    let due = after(pause.max(FEW));
    make(conn, STARTS, due).await?;
    diesel::update(row).set(duties::due_at.eq(due)).execute(conn).await?;
    let later = wants::table.filter(wants::look_at.gt(due));
    diesel::update(later).set(wants::look_at.eq(due)).execute(conn).await?;
    let later = installations::table.filter(installations::reconcile_at.gt(due));
    diesel::update(later.filter(installations::state.ne("removed")))
        .set(installations::reconcile_at.eq(due))
        .execute(conn)
        .await?;
    // Their lists are short, however many repositories there are.
    let soon = after(FEW);
    let later = duties::table.filter(duties::name.ne(STARTS)).filter(duties::due_at.gt(soon));
    diesel::update(later).set(duties::due_at.eq(soon)).execute(conn).await?;
    Ok(due)
}

/// Repositories of the installation that has most: each has a quota of its own.
async fn most_served(conn: &mut Conn) -> Result<i64, StoreError> {
    let counts = repositories::table
        .filter(repositories::state.eq("active"))
        .group_by(repositories::installation_id)
        .select(diesel::dsl::count_star())
        .order(diesel::dsl::count_star().desc());
    Ok(counts.first(conn).await.optional()?.unwrap_or_default())
}

/// Something hints that these installations are not what we take them for. One that is not known is found by the list of all.
pub(crate) async fn hasten_installations(conn: &mut Conn, ids: &[i64]) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    let mut unknown = false;
    for id in ids {
        let held: Option<Option<NaiveDateTime>> =
            installations::table.find(id).select(installations::reconciled_at).first(conn).await.optional()?;
        let Some(reconciled) = held else {
            unknown = true;
            continue;
        };
        let at = reconciled.map_or(now, |reconciled| now.max(reconciled + SELDOM));
        let later = installations::table.find(id).filter(installations::reconcile_at.gt(at));
        diesel::update(later).set(installations::reconcile_at.eq(at)).execute(conn).await?;
    }
    if unknown {
        diesel::update(duties::table.find(Duty::Installations.as_str()))
            .set(duties::due_at.eq(now))
            .execute(conn)
            .await?;
    }
    Ok(())
}
