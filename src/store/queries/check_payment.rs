use super::{Conn, dialect, repositories as repository_rows};
use crate::store::StoreError;
use crate::store::checks::{AT_ONCE, BETWEEN_WRITES, CheckDebt, LEASE};
use crate::store::rows::check::CheckRow;
use crate::store::schema::{check_accounts, checks, repositories, told_definitions};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;

pub(crate) async fn take(conn: &mut Conn) -> Result<Option<CheckDebt>, StoreError> {
    let now = dialect::now(conn).await?;
    // All of it null where nothing was written for the installation yet.
    let free = check_accounts::leased_until
        .is_null()
        .or(check_accounts::leased_until.le(now))
        .and(check_accounts::blocked_until.is_null().or(check_accounts::blocked_until.le(now)))
        .and(check_accounts::spent_until.is_null().or(check_accounts::spent_until.le(now + BETWEEN_WRITES * AT_ONCE)));
    // As text, so that both databases see that their index of what is owed holds all of these.
    let owed = diesel::dsl::sql::<Bool>("checks.status = 'owed'");
    let next: Option<(CheckRow, i64)> = checks::table
        .inner_join(repositories::table.on(repositories::id.eq(checks::repository_id)))
        .left_join(check_accounts::table.on(check_accounts::installation_id.eq(repositories::installation_id)))
        .filter(owed)
        .filter(checks::not_before.is_null().or(checks::not_before.le(now)))
        .filter(free)
        // What is in force goes before what may be.
        .order((checks::pull_number.is_not_null(), checks::owed_at))
        .select((CheckRow::as_select(), repositories::installation_id))
        .first(conn)
        .await
        .optional()?;
    let Some((check, installation)) = next else {
        return Ok(None);
    };
    if !lease(conn, installation, now).await? {
        return Ok(None);
    }
    let repository = repository_rows::find(conn, check.repository_id).await?;
    Ok(repository.map(|repository| CheckDebt { check, repository }))
}

/// Whether nobody else writes for the installation.
async fn lease(conn: &mut Conn, installation: i64, now: NaiveDateTime) -> Result<bool, StoreError> {
    diesel::insert_into(check_accounts::table)
        .values(check_accounts::installation_id.eq(installation))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    let free = check_accounts::table
        .find(installation)
        .filter(check_accounts::leased_until.is_null().or(check_accounts::leased_until.le(now)));
    let leased = diesel::update(free).set(check_accounts::leased_until.eq(now + LEASE)).execute(conn).await?;
    Ok(leased == 1)
}

pub(crate) async fn renew(conn: &mut Conn, installation: i64) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::update(check_accounts::table.find(installation).filter(check_accounts::leased_until.is_not_null()))
        .set(check_accounts::leased_until.eq(now + LEASE))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn release(conn: &mut Conn, installation: i64) -> Result<(), StoreError> {
    diesel::update(check_accounts::table.find(installation))
        .set(check_accounts::leased_until.eq(None::<NaiveDateTime>))
        .execute(conn)
        .await?;
    Ok(())
}

/// Renews the lease and takes so much of the allowance.
pub(crate) async fn spend(conn: &mut Conn, installation: i64, time: TimeDelta) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    let account = check_accounts::table.find(installation);
    let spent: Option<NaiveDateTime> = account.select(check_accounts::spent_until).first(conn).await?;
    let spent = spent.map_or(now, |spent| spent.max(now)) + time;
    diesel::update(account)
        .set((check_accounts::leased_until.eq(now + LEASE), check_accounts::spent_until.eq(spent)))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn begin_write(conn: &mut Conn, debt: &CheckDebt, generation: i32) -> Result<(), StoreError> {
    spend(conn, debt.repository.installation_id, BETWEEN_WRITES).await?;
    diesel::update(checks::table.find(&debt.check.id))
        .set((checks::unsure.eq(true), checks::generation.eq(generation)))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn shown(conn: &mut Conn, debt: &CheckDebt, run: i64, annotated: &str) -> Result<(), StoreError> {
    let now = dialect::now(conn).await?;
    diesel::update(checks::table.find(&debt.check.id))
        .set((
            checks::run_id.eq(run),
            checks::unsure.eq(false),
            checks::annotated.eq(annotated),
            checks::attempts.eq(0),
            checks::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    end(conn, debt, "shown", None).await?;
    say(conn, &debt.check.id).await
}

pub(crate) async fn drop_it(conn: &mut Conn, debt: &CheckDebt, reason: &str) -> Result<(), StoreError> {
    end(conn, debt, "dropped", Some(reason)).await?;
    take_back(conn, &debt.check.id).await
}

/// What was owed anew meanwhile stays owed.
async fn end(conn: &mut Conn, debt: &CheckDebt, status: &str, reason: Option<&str>) -> Result<(), StoreError> {
    let same = checks::table.find(&debt.check.id).filter(checks::revision.eq(debt.check.revision));
    diesel::update(same)
        .set((
            checks::status.eq(status),
            checks::reason.eq(reason),
            checks::not_before.eq(None::<NaiveDateTime>),
            checks::report.eq(None::<serde_json::Value>),
            checks::asked_again.eq(false),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// What the check was about to say of definitions is said.
async fn say(conn: &mut Conn, check: &str) -> Result<(), StoreError> {
    let about_to = diesel::alias!(told_definitions as about_to);
    let said = about_to
        .filter(about_to.field(told_definitions::told_by).eq(check))
        .select(about_to.field(told_definitions::definition_id));
    let older = told_definitions::table
        .filter(told_definitions::told_by.eq(""))
        .filter(told_definitions::definition_id.eq_any(said));
    diesel::delete(older).execute(conn).await?;
    let own = || told_definitions::table.filter(told_definitions::told_by.eq(check));
    diesel::delete(own().filter(told_definitions::seen.is_null())).execute(conn).await?;
    diesel::update(own()).set(told_definitions::told_by.eq("")).execute(conn).await?;
    Ok(())
}

/// It is not said after all: the next check says it.
pub(crate) async fn take_back(conn: &mut Conn, check: &str) -> Result<(), StoreError> {
    diesel::delete(told_definitions::table.filter(told_definitions::told_by.eq(check))).execute(conn).await?;
    Ok(())
}

pub(crate) async fn put_off(
    conn: &mut Conn,
    debt: &CheckDebt,
    until: NaiveDateTime,
    reason: Option<&str>,
) -> Result<(), StoreError> {
    let failed = i32::from(reason.is_some());
    diesel::update(checks::table.find(&debt.check.id))
        .set((checks::not_before.eq(until), checks::reason.eq(reason), checks::attempts.eq(checks::attempts + failed)))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn block(
    conn: &mut Conn,
    installation: i64,
    until: NaiveDateTime,
    reason: &str,
) -> Result<(), StoreError> {
    diesel::update(check_accounts::table.find(installation))
        .set((check_accounts::blocked_until.eq(until), check_accounts::reason.eq(reason)))
        .execute(conn)
        .await?;
    Ok(())
}
