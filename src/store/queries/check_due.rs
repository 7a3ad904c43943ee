use super::{Conn, dialect, repositories as repository_rows};
use super::{check_news as news, check_payment as payment};
use crate::model::Report;
use crate::settings::Strictness;
use crate::store::StoreError;
use crate::store::checks::{CheckDebt, Due};
use crate::store::rows::check::CheckRow;
use crate::store::rows::definition::storable_json;
use crate::store::rows::repository::Repository;
use crate::store::schema::{checks, sync_queue};
use crate::tell::{Desk, report};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

pub(crate) async fn due(conn: &mut Conn, debt: &CheckDebt, desk: &Desk) -> Result<Due, StoreError> {
    dialect::lock_repository(conn, debt.check.repository_id).await?;
    let row: Option<CheckRow> =
        checks::table.find(&debt.check.id).select(CheckRow::as_select()).first(conn).await.optional()?;
    let Some(row) = row.filter(|row| row.revision == debt.check.revision) else {
        return Ok(Due::NotYet);
    };
    let Some(repository) = repository_rows::find(conn, row.repository_id).await? else {
        return Ok(Due::Nothing("the repository is gone"));
    };
    match repository.state.as_str() {
        "active" => {}
        "suspended" => return Ok(Due::Nothing("the installation is suspended")),
        _ => return Ok(Due::Nothing("the App's access to the repository was removed")),
    }
    if repository.in_force().strictness() == Strictness::Off && !debt.is_on_github() {
        return Ok(Due::Nothing("the owner's settings turn check runs off"));
    }
    if let Some(newer) = newer(conn, &row).await? {
        return Ok(Due::Superseded(newer));
    }
    if let Some(report) = &row.report {
        return serde_json::from_value(report.clone())
            .map(Due::Tell)
            .map_err(|_| StoreError::Unreadable { table: "checks", value: row.id.clone() });
    }
    if row.pull_number.is_some() {
        return Ok(Due::Read);
    }
    head(conn, debt, &row, &repository, desk).await
}

/// The commit that took this one's place, if one did.
async fn newer(conn: &mut Conn, row: &CheckRow) -> Result<Option<String>, StoreError> {
    if row.pull_number.is_some() {
        return Ok(row.superseded_by.clone());
    }
    Ok(checks::table
        .filter(checks::repository_id.eq(row.repository_id))
        .filter(checks::pull_number.is_null())
        .filter(checks::status.ne("dropped"))
        .filter(checks::owed_at.gt(row.owed_at))
        .order(checks::owed_at.desc())
        .select(checks::head_sha)
        .first(conn)
        .await
        .optional()?)
}

/// As long as no newer run has ended, the definitions stand as this commit has them; while one is under way, they do not.
async fn head(
    conn: &mut Conn,
    debt: &CheckDebt,
    row: &CheckRow,
    repository: &Repository,
    desk: &Desk,
) -> Result<Due, StoreError> {
    let open =
        sync_queue::table.filter(sync_queue::repository_id.eq(repository.id)).filter(sync_queue::status.eq("pending"));
    let busy: bool = diesel::select(exists(open)).get_result(conn).await?;
    if busy || repository.compared < row.after_wanted {
        return Ok(Due::NotYet);
    }
    payment::take_back(conn, &row.id).await?;
    let news = news::of_head(conn, repository, row).await?;
    if news.changes.is_empty() && news.unread.is_empty() && !row.asked_again && !debt.is_on_github() {
        return Ok(Due::Nothing("no definition has changed"));
    }
    let report = report(&news, desk, &repository.workspace_id);
    keep(conn, debt, &report).await?;
    Ok(Due::Tell(report))
}

pub(crate) async fn keep(conn: &mut Conn, debt: &CheckDebt, report: &Report) -> Result<(), StoreError> {
    let same = checks::table.find(&debt.check.id).filter(checks::revision.eq(debt.check.revision));
    diesel::update(same).set(checks::report.eq(storable_json(&json!(report)))).execute(conn).await?;
    Ok(())
}
