use super::wants::Owed;
use super::{Conn, dialect, duties, wants};
use crate::model::{DeliveryId, ListedDelivery, Remedy, RepositoryId};
use crate::store::StoreError;
use crate::store::catalog::Page;
use crate::store::missed::{Found, MOST_ATTEMPTS, Missed, PATIENCE};
use crate::store::rows::missed::{MissedRow, NewMissed};
use crate::store::schema::{deliveries, missed_deliveries, repositories};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::{BTreeSet, HashSet};

/// Ids in one statement.
const NAMED_AT_ONCE: usize = 1000;

/// Those of the list, the newest attempt of each, that neither came nor are known to be missed.
pub(crate) async fn unknown<'l>(
    conn: &mut Conn,
    listed: &'l [ListedDelivery],
) -> Result<Vec<&'l ListedDelivery>, StoreError> {
    let ids = || listed.iter().map(|one| one.id.0.clone()).collect::<Vec<_>>();
    let came: Vec<String> =
        deliveries::table.filter(deliveries::id.eq_any(ids())).select(deliveries::id).load(conn).await?;
    let noted: Vec<String> = missed_deliveries::table
        .filter(missed_deliveries::id.eq_any(ids()))
        .select(missed_deliveries::id)
        .load(conn)
        .await?;
    let mut known: HashSet<String> = came.into_iter().chain(noted).collect();
    Ok(listed.iter().filter(|one| known.insert(one.id.0.clone())).collect())
}

pub(crate) async fn note(conn: &mut Conn, missed: &[(&ListedDelivery, Remedy)]) -> Result<Found, StoreError> {
    let now = dialect::now(conn).await?;
    let (mut pushed, mut lost) = (BTreeSet::new(), BTreeSet::new());
    for (listed, remedy) in missed {
        diesel::insert_into(missed_deliveries::table)
            .values(NewMissed::new(listed, *remedy, now))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
        match (listed.event.as_str(), listed.repository, listed.installation) {
            ("push", Some(repository), installation) => drop(pushed.insert((repository.0, installation))),
            (_, _, Some(installation)) if *remedy == Remedy::Reconciled => drop(lost.insert(installation.0)),
            _ => {}
        }
    }
    let mut owed = Vec::new();
    for (repository, installation) in pushed {
        if is_served(conn, repository).await? {
            wants::owe(conn, repository, &Owed { times: 1, whole: true, pushed: true, ..Owed::default() }).await?;
            owed.push(RepositoryId::new(repository));
        } else {
            lost.extend(installation.map(|id| id.0));
        }
    }
    if !lost.is_empty() {
        duties::hasten_installations(conn, &lost.into_iter().collect::<Vec<_>>()).await?;
    }
    Ok(Found { missed: missed.len(), owed })
}

async fn is_served(conn: &mut Conn, repository: i64) -> Result<bool, StoreError> {
    let active = repositories::table.find(repository).filter(repositories::state.eq("active"));
    Ok(diesel::select(diesel::dsl::exists(active)).get_result(conn).await?)
}

pub(crate) async fn list(
    conn: &mut Conn,
    outcome: Option<&str>,
    page: Page,
) -> Result<(Vec<MissedRow>, i64), StoreError> {
    let seen = || {
        let all = missed_deliveries::table.into_boxed();
        match outcome {
            Some(outcome) => all.filter(missed_deliveries::outcome.eq(outcome.to_owned())),
            None => all,
        }
    };
    let total = seen().count().get_result(conn).await?;
    let rows = seen()
        .order((missed_deliveries::found_at.desc(), missed_deliveries::id))
        .limit(page.size)
        .offset(page.offset())
        .select(MissedRow::as_select())
        .load(conn)
        .await?;
    Ok((rows, total))
}

pub(crate) async fn due(conn: &mut Conn, limit: i64) -> Result<Vec<Missed>, StoreError> {
    let now = dialect::now(conn).await?;
    let asked = || missed_deliveries::table.filter(missed_deliveries::outcome.eq("asked"));
    // By the database: after a long outage more wait than a statement can name.
    let came = deliveries::table.filter(deliveries::id.eq(missed_deliveries::id));
    let arrived: Vec<String> =
        asked().filter(diesel::dsl::exists(came)).select(missed_deliveries::id).load(conn).await?;
    end(conn, arrived, "arrived").await?;
    let given_up: Vec<String> = asked()
        .filter(missed_deliveries::attempts.ge(MOST_ATTEMPTS))
        .filter(missed_deliveries::not_before.le(now))
        .select(missed_deliveries::id)
        .load(conn)
        .await?;
    end(conn, given_up, "given-up").await?;
    let due: Vec<(String, i64)> = asked()
        .filter(missed_deliveries::not_before.le(now))
        .order(missed_deliveries::delivered_at)
        .select((missed_deliveries::id, missed_deliveries::attempt_id))
        .limit(limit)
        .load(conn)
        .await?;
    Ok(due.into_iter().map(|(id, attempt)| Missed { id: DeliveryId(id), attempt }).collect())
}

async fn end(conn: &mut Conn, ids: Vec<String>, outcome: &'static str) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    metrics::counter!("dotcursor_deliveries_missed_total", "outcome" => outcome).increment(ids.len() as u64);
    for some in ids.chunks(NAMED_AT_ONCE) {
        diesel::update(missed_deliveries::table.filter(missed_deliveries::id.eq_any(some)))
            .set(missed_deliveries::outcome.eq(outcome))
            .execute(conn)
            .await?;
    }
    Ok(())
}

pub(crate) async fn asked(conn: &mut Conn, id: &str) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    let before: Option<i32> =
        missed_deliveries::table.find(id).select(missed_deliveries::attempts).first(conn).await.optional()?;
    let attempts = before.unwrap_or(0);
    diesel::update(missed_deliveries::table.find(id))
        .set((
            missed_deliveries::attempts.eq(attempts + 1),
            missed_deliveries::not_before
                .eq(now + PATIENCE * 4_i32.pow(attempts.clamp(0, MOST_ATTEMPTS).unsigned_abs())),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn waits(conn: &mut Conn) -> Result<bool, StoreError> {
    let asked = missed_deliveries::table.filter(missed_deliveries::outcome.eq("asked"));
    Ok(diesel::select(diesel::dsl::exists(asked)).get_result(conn).await?)
}

pub(super) async fn purge(conn: &mut Conn, now: NaiveDateTime, kept: TimeDelta) -> Result<(), StoreError> {
    diesel::delete(missed_deliveries::table.filter(missed_deliveries::found_at.lt(now - kept))).execute(conn).await?;
    Ok(())
}
