use super::{Conn, dialect};
use crate::store::StoreError;
use crate::store::duties::{Duty, Turn};
use crate::store::schema::{duties, installations};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// An installation is not held against GitHub's list more often than this, whatever hints at it.
const SELDOM: TimeDelta = TimeDelta::seconds(if cfg!(feature = "hold") { 1 } else { 60 });

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
    diesel::insert_into(duties::table)
        .values((duties::name.eq(duty.as_str()), duties::due_at.eq(now), duties::attempts.eq(0)))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    let free = duties::table
        .find(duty.as_str())
        .filter(duties::due_at.le(now))
        .filter(duties::leased_until.is_null().or(duties::leased_until.le(now)));
    let taken: Option<(i32, Option<NaiveDateTime>)> = diesel::update(free)
        .set(duties::leased_until.eq(now + lease))
        .returning((duties::attempts, duties::seen_until))
        .get_result(conn)
        .await
        .optional()?;
    Ok(taken.map(|(attempts, seen_until)| Turn { duty, attempts, seen_until }))
}

pub(crate) async fn renew(conn: &mut Conn, duty: Duty, lease: TimeDelta) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::update(duties::table.find(duty.as_str())).set(duties::leased_until.eq(now + lease)).execute(conn).await?;
    Ok(())
}

pub(crate) async fn end(
    conn: &mut Conn,
    duty: Duty,
    seen_until: Option<NaiveDateTime>,
    pause: TimeDelta,
) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::update(duties::table.find(duty.as_str()))
        .set((
            duties::due_at.eq(now + pause),
            duties::leased_until.eq(None::<NaiveDateTime>),
            duties::attempts.eq(0),
            seen_until.map(|seen| duties::seen_until.eq(seen)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn put_off(conn: &mut Conn, duty: Duty, until: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(duties::table.find(duty.as_str()))
        .set((
            duties::due_at.eq(until),
            duties::leased_until.eq(None::<NaiveDateTime>),
            duties::attempts.eq(duties::attempts + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// A process has started: everything is due.
pub(super) async fn hasten_all(conn: &mut Conn, now: NaiveDateTime) -> Result<(), StoreError> {
    diesel::update(duties::table).set(duties::due_at.eq(now)).execute(conn).await?;
    let there = installations::table.filter(installations::state.ne("removed"));
    diesel::update(there).set(installations::reconcile_at.eq(now)).execute(conn).await?;
    Ok(())
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
