//! `GET …/sync/status`: is everything in sync, and if not, why?

use super::answer::{self, ChecksWait, Counts, Problem, RepositoryStatus, Run, SyncState, Time};
use super::auth::Bearer;
use super::definitions::kind_of;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use super::workspaces::must_exist;
use crate::model::{Kind, Severity, SyncStatus, WorkspaceId};
use crate::settings;
use crate::store::status::{RepositoryStanding, Standing, Troubled};
use crate::store::tokens::Role;
use actix_web::{HttpResponse, web};
use chrono::NaiveDateTime;
use serde_json::Value;
use std::borrow::Cow;

pub(super) fn all_operation() -> Operation {
    Operation::read("getSyncStatus", "Is everything in sync, and if not, why?").answers::<SyncState<'_>>()
}

/// `GET /api/workspaces/{id}/sync/status`
pub(super) async fn all(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    status(&state, &bearer, &WorkspaceId::from_text(path.into_inner()), None).await
}

pub(super) fn of_kind_operation() -> Operation {
    Operation::read("getSyncStatusOfKind", "The same for one kind.").answers::<SyncState<'_>>()
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
    must_exist(state, workspace).await?;
    let standing = state.store.standing(workspace, kind).await?;
    let hindrances = state.store.check_hindrances(workspace).await?;
    let mut shown = render(&standing);
    for (row, repository) in standing.repositories.iter().zip(&mut shown.repositories) {
        let hindrance = hindrances.iter().find(|one| one.repository == row.id);
        repository.checks = hindrance.map(|one| ChecksWait { reason: &one.reason, waiting_until: Time(one.until) });
    }
    Ok(answer::send(answer::one(&shown)))
}

fn render(standing: &Standing) -> SyncState<'_> {
    let count = |status: SyncStatus| {
        let rows = standing.counts.iter().find(|(name, _)| name == status.as_str()).map_or(0, |(_, count)| *count);
        if status == SyncStatus::Pending { rows + standing.unborn } else { rows }
    };
    let repositories: Vec<RepositoryStatus<'_>> = standing.repositories.iter().map(repository).collect();
    let any = |status: SyncStatus| count(status) > 0 || repositories.iter().any(|one| one.status == status);
    let overall = SyncStatus::of(any(SyncStatus::Error), any(SyncStatus::Conflict), any(SyncStatus::Pending));
    SyncState {
        status: overall,
        counts: Counts {
            synced: count(SyncStatus::Synced),
            pending: count(SyncStatus::Pending),
            conflict: count(SyncStatus::Conflict),
            error: count(SyncStatus::Error),
        },
        repositories,
        run: standing.run.as_ref().map(Run::of),
        problems: problems(standing),
    }
}

fn repository_status(row: &RepositoryStanding) -> SyncStatus {
    let owed = row.state == "active" && row.wanted > row.compared;
    let is_misruled = row.settings_problems.iter().any(|found| found.severity == Severity::Error);
    SyncStatus::of(row.failed_tasks > 0 || is_misruled, false, owed || row.open_tasks > 0)
}

fn repository(row: &RepositoryStanding) -> RepositoryStatus<'_> {
    let owed = row.wanted > row.compared;
    let (until, reason) = waits_for(row);
    // A push that touches nothing of ours moves the head without a comparison: what is synced is then synced at that head.
    let head = row.announced_head.as_ref().filter(|_| row.head.is_some()).or(row.head.as_ref());
    let synced = if owed || row.open_tasks > 0 { row.synced_head.as_ref() } else { head };
    RepositoryStatus {
        full_name: &row.full_name,
        branch: row.branch.as_deref(),
        head_commit: head.map(String::as_str),
        synced_commit: synced.map(String::as_str),
        last_synced: row.synced_at.map(Time),
        status: repository_status(row),
        waiting_until: until.map(Time),
        reason,
        ignored: Cow::Borrowed(&row.ignored),
        settings: row.settings.as_ref(),
        checks: None,
    }
}

/// Until when nothing happens, and why.
fn waits_for(row: &RepositoryStanding) -> (Option<NaiveDateTime>, Option<Cow<'_, str>>) {
    if row.state != "active" {
        return (None, Some(format!("the App's access to this repository is {}", row.state).into()));
    }
    if row.failed_tasks > 0 {
        let reason = format!("{} files could not be read; they are tried again", row.failed_tasks);
        return (row.repair_at, Some(reason.into()));
    }
    if row.wanted > row.compared {
        return (row.not_before, row.reason.as_deref().map(Cow::Borrowed));
    }
    let waits = row.tasks_wait.as_ref();
    waits.map_or((None, None), |(until, reason)| (Some(*until), reason.as_deref().map(Cow::Borrowed)))
}

/// Files that could not be read first, then what is wrong with settings, definitions in error, conflicts.
fn problems(standing: &Standing) -> Vec<Problem<'_>> {
    let failed = standing.failed.iter().map(|task| Problem {
        kind: task.kind.map(Kind::as_str),
        name: None,
        path: Some(&task.path),
        code: Some("not-read"),
        message: task.error.as_deref().map(Cow::Borrowed),
        line: None,
    });
    let settings = standing.repositories.iter().flat_map(|row| &row.settings_problems).map(|found| Problem {
        kind: None,
        name: None,
        path: Some(settings::FILE),
        code: Some(&found.code),
        message: Some(Cow::Borrowed(&found.message)),
        line: Some(found.line.into()),
    });
    failed.chain(settings).chain(standing.troubled.iter().map(problem)).collect()
}

fn problem(row: &Troubled) -> Problem<'_> {
    let about = |code, message, line| Problem {
        kind: Some(&row.kind),
        name: Some(&row.name),
        path: row.path.as_deref(),
        code,
        message,
        line,
    };
    if row.status == SyncStatus::Error.as_str() {
        let mut found = row.diagnostics.as_array().into_iter().flatten();
        let error = found.find(|finding| finding["severity"] == "error").unwrap_or(&Value::Null);
        let text = |key: &str| error[key].as_str();
        return about(text("code"), text("message").map(Cow::Borrowed), error["line"].as_u64());
    }
    let Some(conflict) = &row.conflict else {
        let message = "Git has changed what was edited here: take one side.";
        return about(Some("edit-conflict"), Some(message.into()), None);
    };
    let winner = conflict["path"].as_str().unwrap_or_default();
    let message = format!("The name {} belongs to the {} {winner}.", row.name, row.kind);
    about(Some("name-conflict"), Some(message.into()), None)
}
