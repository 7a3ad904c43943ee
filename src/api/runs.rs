//! Runs: asked for, and read.

use super::answer::{self, PageQuery, Problems, Run, refuse_unknown};
use super::auth::Bearer;
use super::definitions::kind_of;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use crate::model::{RepositoryId, RunId, WorkspaceId};
use crate::store::tokens::Role;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

pub(super) fn sync_operation() -> Operation {
    Operation::write("sync", "Looks now, at every repository of the workspace.")
        .about("Answers the runs that will be made, one for each repository; one that finds nothing to do completes with 0 files.")
        .answers_all::<Run<'_>>(StatusCode::ACCEPTED)
}

/// `POST /api/workspaces/{id}/sync`: 202 with the runs that will be made, one for each repository.
pub(super) async fn sync(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    request(&state, &bearer, &WorkspaceId::from_text(path.into_inner())).await
}

pub(super) fn sync_kind_operation() -> Operation {
    Operation::write("syncKind", "The same as the sync of the workspace, since one tree holds every kind.")
        .answers_all::<Run<'_>>(StatusCode::ACCEPTED)
}

/// `POST /api/workspaces/{id}/{kind}/sync`: looks at the whole repository all the same, since one tree holds every kind.
pub(super) async fn sync_kind(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    kind_of(&path.1)?;
    request(&state, &bearer, &WorkspaceId::from_text(path.0.clone())).await
}

async fn request(state: &ApiState, bearer: &Bearer, workspace: &WorkspaceId) -> Result<HttpResponse, ApiError> {
    bearer.may(Role::Write, workspace)?;
    if state.store.revision(workspace).await?.is_none() {
        return Err(ApiError::NotFound("workspace"));
    }
    let runs = state.store.request_sync(workspace).await?;
    for run in &runs {
        run.repository_id.map(RepositoryId::new).into_iter().for_each(|repository| (state.wake)(repository));
    }
    let body = answer::one(&runs.iter().map(Run::of).collect::<Vec<_>>());
    Ok(answer::send_as(StatusCode::ACCEPTED, body))
}

pub(super) fn get_operation() -> Operation {
    Operation::read("getRun", "How far a run is.").answers::<Run<'_>>()
}

/// `GET /api/runs/{id}`
pub(super) async fn get(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let id = path.into_inner();
    let found = if id.contains('\0') { None } else { state.store.run(&RunId::from_text(id)).await? };
    let run = found.ok_or(ApiError::NotFound("run"))?;
    // Another tenant's run looks like none.
    let seen = bearer.may(Role::Read, &WorkspaceId::from_text(run.workspace_id.clone()));
    seen.map_err(|_| ApiError::NotFound("run"))?;
    Ok(answer::send(answer::one(&Run::of(&run))))
}

pub(super) fn list_operation() -> Operation {
    Operation::read("listRuns", "The runs of a workspace, newest first.").answers_page::<Run<'_>>()
}

/// `GET /api/workspaces/{id}/runs`, newest first.
pub(super) async fn list(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let workspace = WorkspaceId::from_text(path.into_inner());
    bearer.may(Role::Read, &workspace)?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["page", "pageSize"], &mut problems);
    let page = pages.page(&mut problems);
    problems.settle()?;
    if state.store.revision(&workspace).await?.is_none() {
        return Err(ApiError::NotFound("workspace"));
    }
    let (rows, total) = state.store.runs(&workspace, page).await?;
    Ok(answer::send(answer::page(&rows.iter().map(Run::of).collect::<Vec<_>>(), total, page)))
}
