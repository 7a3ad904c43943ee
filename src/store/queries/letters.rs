use super::{Conn, audit, dialect};
use crate::model::Actor;
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::catalog::Page;
use crate::store::rows::letter::LetterRow;
use crate::store::schema::dead_letters;
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

/// The newest ones: a broker that somebody fills with rubbish does not fill the database.
const KEPT: i64 = 10_000;

pub(crate) async fn keep(conn: &mut Conn, rows: &[LetterRow]) -> Result<(), StoreError> {
    for row in rows {
        diesel::insert_into(dead_letters::table).values(row).on_conflict_do_nothing().execute(conn).await?;
    }
    Ok(())
}

pub(crate) async fn list(conn: &mut Conn, page: Page) -> Result<(Vec<LetterRow>, i64), StoreError> {
    let total = dead_letters::table.count().get_result(conn).await?;
    let rows = dead_letters::table
        .order((dead_letters::died_at.desc(), dead_letters::id))
        .limit(page.size)
        .offset(page.offset())
        .select(LetterRow::as_select())
        .load(conn)
        .await?;
    Ok((rows, total))
}

pub(crate) async fn find(conn: &mut Conn, id: &str) -> Result<Option<LetterRow>, StoreError> {
    Ok(dead_letters::table.find(id).select(LetterRow::as_select()).first(conn).await.optional()?)
}

pub(crate) async fn retried(conn: &mut Conn, id: &str, by: &Actor) -> Result<Option<LetterRow>, StoreError> {
    let deed = Deed { actor: by, workspace: None, action: "dead-letter.retry", target: id, details: json!({}) };
    audit::note(conn, deed).await?;
    let now = dialect::now(conn).await?;
    Ok(diesel::update(dead_letters::table.find(id))
        .set(dead_letters::retried_at.eq(now))
        .returning(LetterRow::as_returning())
        .get_result(conn)
        .await
        .optional()?)
}

pub(crate) async fn purge(conn: &mut Conn, kept: TimeDelta) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::delete(dead_letters::table.filter(dead_letters::died_at.lt(now - kept))).execute(conn).await?;
    let oldest: Option<NaiveDateTime> = dead_letters::table
        .order(dead_letters::died_at.desc())
        .offset(KEPT)
        .select(dead_letters::died_at)
        .first(conn)
        .await
        .optional()?;
    if let Some(oldest) = oldest {
        diesel::delete(dead_letters::table.filter(dead_letters::died_at.le(oldest))).execute(conn).await?;
    }
    Ok(())
}
