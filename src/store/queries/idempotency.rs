use super::{Conn, dialect};
use crate::store::StoreError;
use crate::store::idempotency::{Claim, Claimed, KEPT, LEASE, StoredAnswer};
use crate::store::schema::idempotency_keys as keys;
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

pub(crate) async fn claim(conn: &mut Conn, claim: &Claim) -> Result<Claimed, StoreError> {
    let now = dialect::now(conn).await?;
    let overdue = keys::table.find((&claim.bearer, &claim.key)).filter(keys::created_at.le(now - KEPT));
    diesel::delete(overdue).execute(conn).await?;
    // Of two that come at once the second waits here for the first, and finds its row.
    let inserted = diesel::insert_into(keys::table)
        .values((
            keys::bearer.eq(&claim.bearer),
            keys::key.eq(&claim.key),
            keys::request.eq(&claim.request),
            keys::attempt.eq(&claim.attempt),
            keys::leased_until.eq(now + LEASE),
            keys::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    if inserted == 1 { Ok(Claimed::Free) } else { known(conn, claim, now).await }
}

type Row = (String, Option<i32>, Option<Value>, Option<Vec<u8>>);

async fn known(conn: &mut Conn, claim: &Claim, now: NaiveDateTime) -> Result<Claimed, StoreError> {
    let own = keys::table.find((&claim.bearer, &claim.key));
    let found: Option<Row> =
        own.select((keys::request, keys::status, keys::headers, keys::body)).first(conn).await.optional()?;
    match found {
        // Given up between the two statements: whoever asks again has it.
        None => Ok(Claimed::Running),
        Some((request, ..)) if request != claim.request => Ok(Claimed::Other),
        Some((_, Some(status), headers, body)) => Ok(Claimed::Answered(StoredAnswer {
            status: u16::try_from(status)
                .map_err(|_| StoreError::Unreadable { table: "idempotency_keys", value: status.to_string() })?,
            headers: headers.unwrap_or_default(),
            body: body.unwrap_or_default(),
        })),
        Some(_) => take_over(conn, claim, now).await,
    }
}

/// What stopped giving signs of life died with its process.
async fn take_over(conn: &mut Conn, claim: &Claim, now: NaiveDateTime) -> Result<Claimed, StoreError> {
    let dead = keys::table.find((&claim.bearer, &claim.key)).filter(keys::leased_until.lt(now));
    let taken = diesel::update(dead)
        .set((keys::attempt.eq(&claim.attempt), keys::leased_until.eq(now + LEASE)))
        .execute(conn)
        .await?;
    Ok(if taken == 1 { Claimed::Free } else { Claimed::Running })
}

pub(crate) async fn renew(conn: &mut Conn, claim: &Claim) -> Result<bool, StoreError> {
    let now = dialect::now(conn).await?;
    let own = keys::table.find((&claim.bearer, &claim.key)).filter(keys::attempt.eq(&claim.attempt));
    Ok(diesel::update(own).set(keys::leased_until.eq(now + LEASE)).execute(conn).await? == 1)
}

pub(crate) async fn answer(conn: &mut Conn, claim: &Claim, answer: &StoredAnswer) -> Result<(), StoreError> {
    let own = keys::table.find((&claim.bearer, &claim.key)).filter(keys::attempt.eq(&claim.attempt));
    diesel::update(own)
        .set((
            keys::leased_until.eq(None::<NaiveDateTime>),
            keys::status.eq(i32::from(answer.status)),
            keys::headers.eq(&answer.headers),
            keys::body.eq(&answer.body),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn release(conn: &mut Conn, claim: &Claim) -> Result<(), StoreError> {
    let own = keys::table.find((&claim.bearer, &claim.key)).filter(keys::attempt.eq(&claim.attempt));
    diesel::delete(own).execute(conn).await?;
    Ok(())
}
