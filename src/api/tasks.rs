//! Open tasks: files that are on their way, or were given up.

use super::answer::{self, PageQuery, Problems, Task, refuse_unknown};
use super::auth::Bearer;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use super::workspaces::must_exist;
use crate::model::{TaskId, WorkspaceId};
use crate::store::tokens::Role;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TaskQuery {
    /// `pending`, or `failed` for those that were given up.
    #[param(pattern = "^(pending|failed)$", example = "failed")]
    status: Option<String>,
}

/// Of a task that is done there is no row any more.
const STATUSES: [&str; 2] = ["pending", "failed"];

pub(super) fn list_operation() -> Operation {
    Operation::read("listTasks", "Files that are on their way, or were given up; these first.")
        .query::<TaskQuery>()
        .answers_page::<Task<'_>>()
        .example("?status=failed")
}

/// `GET /api/workspaces/{id}/tasks`: those that were given up first.
pub(super) async fn list(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
    query: web::Query<TaskQuery>,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let workspace = WorkspaceId::from_text(path.into_inner());
    bearer.may(Role::Read, &workspace)?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["status", "page", "pageSize"], &mut problems);
    let status = query.status.as_deref();
    if status.is_some_and(|status| !STATUSES.contains(&status)) {
        problems.add("status", format!("one of {} is expected", STATUSES.join(", ")));
    }
    let page = pages.page(&mut problems);
    problems.settle()?;
    must_exist(&state, &workspace).await?;
    let (rows, total) = state.store.tasks(&workspace, status, page).await?;
    Ok(answer::send(answer::page(&rows.iter().map(Task::of).collect::<Vec<_>>(), total, page)))
}

pub(super) fn get_operation() -> Operation {
    Operation::read("getTask", "One open task. When it is done it is gone.").answers::<Task<'_>>()
}

/// `GET /api/workspaces/{id}/tasks/{task}`
pub(super) async fn get(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, id) = ids(path)?;
    bearer.may(Role::Read, &workspace)?;
    let task = state.store.task(&workspace, &id).await?.ok_or(ApiError::NotFound("task"))?;
    Ok(answer::send(answer::one(&Task::of(&task))))
}

pub(super) fn retry_operation() -> Operation {
    Operation::write("retryTask", "Reads a file now, before all that nobody waits for, also if it was given up.")
        .answers_as::<Task<'_>>(StatusCode::ACCEPTED)
}

/// `POST /api/workspaces/{id}/tasks/{task}/retry`: due at once, before all that nobody waits for.
pub(super) async fn retry(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, id) = ids(path)?;
    bearer.may(Role::Write, &workspace)?;
    let task = state.store.retry_task(&workspace, &id, bearer.actor()).await?.ok_or(ApiError::NotFound("task"))?;
    Ok(answer::send_as(StatusCode::ACCEPTED, answer::one(&Task::of(&task))))
}

/// PostgreSQL would refuse to look for NUL.
fn ids(path: web::Path<(String, String)>) -> Result<(WorkspaceId, TaskId), ApiError> {
    let (workspace, id) = path.into_inner();
    if id.contains('\0') {
        return Err(ApiError::NotFound("task"));
    }
    Ok((WorkspaceId::from_text(workspace), TaskId::from_text(id)))
}
