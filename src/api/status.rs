//! `GET …/sync/status`: is everything in sync, and if not, why?

use super::answer;
use super::auth::Bearer;
use super::definitions::kind_of;
use super::error::ApiError;
use super::json;
use super::state::ApiState;
use crate::model::time::rfc3339;
use crate::model::{Kind, Location, SyncStatus, WorkspaceId};
use crate::store::status::{RepositoryStanding, Standing, Troubled};
use crate::store::tokens::Role;
use actix_web::{HttpResponse, web};
use chrono::NaiveDateTime;
use serde_json::{Map, Value, json};

/// `GET /api/workspaces/{id}/sync/status`
pub(super) async fn all(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    status(&state, &bearer, &WorkspaceId::from_text(path.into_inner()), None).await
}

/// `GET /api/workspaces/{id}/{kind}/sync/status`
pub(super) async fn of_kind(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let kind = kind_of(&path.1)?;
    status(&state, &bearer, &WorkspaceId::from_text(path.0.clone()), Some(kind)).await
}

/// Never cached: people who ask want to know now.
async fn status(
    state: &ApiState,
    bearer: &Bearer,
    workspace: &WorkspaceId,
    kind: Option<Kind>,
) -> Result<HttpResponse, ApiError> {
    bearer.may(Role::Read, workspace)?;
    if state.store.revision(workspace).await?.is_none() {
        return Err(ApiError::NotFound("workspace"));
    }
    let standing = state.store.standing(workspace, kind).await?;
    Ok(answer::send(answer::one(&render(&standing))))
}

fn render(standing: &Standing) -> Value {
    let count = |status: SyncStatus| {
        let rows = standing.counts.iter().find(|(name, _)| name == status.as_str()).map_or(0, |(_, count)| *count);
        if status == SyncStatus::Pending { rows + standing.unborn } else { rows }
    };
    let counts: Map<String, Value> =
        SyncStatus::ALL.into_iter().map(|status| (status.as_str().to_owned(), json!(count(status)))).collect();
    let repositories: Vec<(SyncStatus, Value)> =
        standing.repositories.iter().map(|row| (repository_status(row), repository(row))).collect();
    let any = |status: SyncStatus| count(status) > 0 || repositories.iter().any(|(of, _)| *of == status);
    let overall = SyncStatus::of(any(SyncStatus::Error), any(SyncStatus::Conflict), any(SyncStatus::Pending));
    json!({
        "status": overall.as_str(),
        "counts": counts,
        "repositories": repositories.into_iter().map(|(_, shown)| shown).collect::<Vec<_>>(),
        "run": standing.run.as_ref().map(json::run),
        "problems": problems(standing),
    })
}

fn repository_status(row: &RepositoryStanding) -> SyncStatus {
    let owed = row.state == "active" && row.wanted > row.compared;
    SyncStatus::of(row.failed_tasks > 0, false, owed || row.open_tasks > 0)
}

fn repository(row: &RepositoryStanding) -> Value {
    let owed = row.wanted > row.compared;
    let (until, reason) = waits_for(row);
    // A push that touches nothing of ours moves the head without a comparison: what is synced is then synced at that head.
    let head = row.announced_head.as_ref().filter(|_| row.head.is_some()).or(row.head.as_ref());
    let synced = if owed || row.open_tasks > 0 { row.synced_head.as_ref() } else { head };
    json!({
        "fullName": row.full_name,
        "branch": row.branch,
        "headCommit": head,
        "syncedCommit": synced,
        "lastSynced": row.synced_at.map(rfc3339),
        "status": repository_status(row).as_str(),
        "waitingUntil": until.map(rfc3339),
        "reason": reason,
        "ignored": row.ignored,
    })
}

/// Until when nothing happens, and why.
fn waits_for(row: &RepositoryStanding) -> (Option<NaiveDateTime>, Option<String>) {
    if row.state != "active" {
        return (None, Some(format!("the App's access to this repository is {}", row.state)));
    }
    if row.failed_tasks > 0 {
        let reason = format!("{} files could not be read; they are tried again", row.failed_tasks);
        return (row.repair_at, Some(reason));
    }
    if row.wanted > row.compared {
        return (row.not_before, row.reason.clone());
    }
    row.tasks_wait.clone().map_or((None, None), |(until, reason)| (Some(until), reason))
}

/// Files that could not be read first, then definitions in error, then conflicts.
fn problems(standing: &Standing) -> Vec<Value> {
    let failed = standing.failed.iter().map(|task| {
        json!({
            "kind": Location::of(&task.path).map(|at| at.kind.as_str()),
            "name": null,
            "path": task.path,
            "code": "not-read",
            "message": task.error,
            "line": null,
        })
    });
    failed.chain(standing.troubled.iter().map(problem)).collect()
}

fn problem(row: &Troubled) -> Value {
    let error = row
        .diagnostics
        .as_array()
        .and_then(|found| found.iter().find(|finding| finding["severity"] == "error"))
        .cloned()
        .unwrap_or_default();
    let (code, message, line) = if row.status == SyncStatus::Error.as_str() {
        (error["code"].clone(), error["message"].clone(), error["line"].clone())
    } else {
        let conflict = row.conflict.clone().unwrap_or_default();
        let winner = conflict["path"].as_str().unwrap_or_default().to_owned();
        (
            json!("name-conflict"),
            json!(format!("The name {} belongs to the {} {winner}.", row.name, row.kind)),
            Value::Null,
        )
    };
    json!({"kind": row.kind, "name": row.name, "path": row.path, "code": code, "message": message, "line": line})
}
