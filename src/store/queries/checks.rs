use super::{Conn, dialect};
use crate::model::PullRequest;
use crate::store::StoreError;
use crate::store::checks::Hindrance;
use crate::store::rows::check::CheckRow;
use crate::store::schema::{check_accounts, checks, repositories, told_definitions, wants};
use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// GitHub keeps what it shows; ours serves updates only.
const KEPT: TimeDelta = TimeDelta::days(30);

/// The run of a commit has ended: its check is owed, or owed anew.
pub(crate) async fn owe(conn: &mut Conn, repository: i64, commit: &str, now: NaiveDateTime) -> Result<(), StoreError> {
    diesel::insert_into(checks::table)
        .values(&CheckRow::new(repository, commit, now))
        .on_conflict((checks::repository_id, checks::head_sha))
        .do_update()
        .set((
            checks::status.eq("owed"),
            checks::pull_number.eq(None::<i64>),
            checks::superseded_by.eq(None::<String>),
            checks::report.eq(None::<serde_json::Value>),
            checks::reason.eq(None::<String>),
            checks::not_before.eq(None::<NaiveDateTime>),
            checks::attempts.eq(0),
            checks::revision.eq(checks::revision + 1),
            checks::owed_at.eq(now),
            checks::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The commit has other settings than the one before: its check is told, whatever has changed besides.
pub(crate) async fn owe_of_settings(
    conn: &mut Conn,
    repository: i64,
    commit: &str,
    now: NaiveDateTime,
) -> Result<(), StoreError> {
    owe(conn, repository, commit, now).await?;
    let owed = checks::table.filter(checks::repository_id.eq(repository)).filter(checks::head_sha.eq(commit));
    diesel::update(owed).set(checks::asked_again.eq(true)).execute(conn).await?;
    Ok(())
}

/// Somebody wants the check of this commit once more, after the comparison that the same delivery owes. Its place among the
/// checks of the repository stays: an old commit does not become the newest by it.
pub(crate) async fn rerequest(
    conn: &mut Conn,
    repository: i64,
    commit: &str,
    now: NaiveDateTime,
) -> Result<(), StoreError> {
    let wanted: Option<i64> = wants::table.find(repository).select(wants::wanted).first(conn).await.optional()?;
    let wanted = wanted.unwrap_or_default();
    let again = (
        checks::status.eq("owed"),
        checks::asked_again.eq(true),
        checks::after_wanted.eq(wanted + 1),
        checks::report.eq(None::<serde_json::Value>),
        checks::not_before.eq(None::<NaiveDateTime>),
        checks::attempts.eq(0),
        checks::revision.eq(checks::revision + 1),
        checks::updated_at.eq(now),
    );
    let known = checks::table.filter(checks::repository_id.eq(repository)).filter(checks::head_sha.eq(commit));
    if diesel::update(known).set(again).execute(conn).await? > 0 {
        return Ok(());
    }
    let head: Option<String> = repositories::table.find(repository).select(repositories::head).first(conn).await?;
    if head.as_deref() == Some(commit) {
        let row = CheckRow { asked_again: true, after_wanted: wanted + 1, ..CheckRow::new(repository, commit, now) };
        diesel::insert_into(checks::table).values(&row).on_conflict_do_nothing().execute(conn).await?;
    }
    Ok(())
}

/// A pull request has a head that was not looked at. The check of the head before ends, if it is still owed. A commit that is
/// reported on as the head of the branch stays that.
pub(crate) async fn pull(conn: &mut Conn, pull: &PullRequest, now: NaiveDateTime) -> Result<(), StoreError> {
    let repository = pull.repository.id.0;
    let row = CheckRow {
        pull_number: Some(pull.number),
        base_sha: Some(pull.base.to_string()),
        base_ref: Some(pull.base_ref.clone()),
        ..CheckRow::new(repository, pull.head.as_str(), now)
    };
    let inserted = diesel::insert_into(checks::table).values(&row).on_conflict_do_nothing().execute(conn).await?;
    if inserted == 0 {
        let known = checks::table
            .filter(checks::repository_id.eq(repository))
            .filter(checks::head_sha.eq(pull.head.as_str()))
            .filter(checks::pull_number.is_not_null());
        diesel::update(known)
            .set((
                checks::status.eq("owed"),
                checks::pull_number.eq(pull.number),
                checks::base_sha.eq(pull.base.to_string()),
                checks::base_ref.eq(&pull.base_ref),
                checks::superseded_by.eq(None::<String>),
                checks::report.eq(None::<serde_json::Value>),
                checks::not_before.eq(None::<NaiveDateTime>),
                checks::attempts.eq(0),
                checks::revision.eq(checks::revision + 1),
                checks::updated_at.eq(now),
            ))
            .execute(conn)
            .await?;
    }
    if let Some(before) = &pull.before {
        let older = checks::table
            .filter(checks::repository_id.eq(repository))
            .filter(checks::head_sha.eq(before.as_str()))
            .filter(checks::pull_number.eq(pull.number))
            .filter(checks::status.eq("owed"));
        diesel::update(older).set(checks::superseded_by.eq(pull.head.as_str())).execute(conn).await?;
    }
    Ok(())
}

/// New permissions were accepted, or the App is installed again: what was in the way may not be any more.
pub(crate) async fn unblock(conn: &mut Conn, installation: i64) -> Result<(), StoreError> {
    diesel::update(check_accounts::table.find(installation))
        .set((check_accounts::blocked_until.eq(None::<NaiveDateTime>), check_accounts::reason.eq(None::<String>)))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn hindrances(conn: &mut Conn, workspace: &str) -> Result<Vec<Hindrance>, StoreError> {
    let now = dialect::now(conn).await?;
    let rows: Vec<(i64, Option<NaiveDateTime>, Option<String>)> = repositories::table
        .inner_join(check_accounts::table.on(check_accounts::installation_id.eq(repositories::installation_id)))
        .filter(repositories::workspace_id.eq(workspace))
        .filter(check_accounts::blocked_until.gt(now))
        .select((repositories::id, check_accounts::blocked_until, check_accounts::reason))
        .load(conn)
        .await?;
    let told = rows.into_iter().filter_map(|(repository, until, reason)| {
        Some(Hindrance { repository, until: until?, reason: reason.unwrap_or_default() })
    });
    Ok(told.collect())
}

pub(crate) async fn purge(conn: &mut Conn, now: NaiveDateTime) -> Result<(), StoreError> {
    diesel::delete(checks::table.filter(checks::updated_at.lt(now - KEPT))).execute(conn).await?;
    Ok(())
}

/// Nothing was told of what came from the repository: it is deleted.
pub(crate) async fn untell(conn: &mut Conn, repository: i64) -> Result<(), StoreError> {
    diesel::delete(told_definitions::table.filter(told_definitions::repository_id.eq(repository)))
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn forget(conn: &mut Conn, repository: i64) -> Result<(), StoreError> {
    diesel::delete(checks::table.filter(checks::repository_id.eq(repository))).execute(conn).await?;
    Ok(())
}
