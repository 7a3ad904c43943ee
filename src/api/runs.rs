//! Runs: asked for, and read.

use super::answer::{self, PageQuery, Problems, Run, refuse_unknown};
use super::auth::Bearer;
use super::code::Code;
use super::definitions::kind_of;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use super::workspaces::must_exist;
use crate::model::{JobType, RepositoryId, RunId, WorkStatus, WorkspaceId};
use crate::store::rows::run::RunRow;
use crate::store::runs::RunFilter;
use crate::store::tokens::Role;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

pub(super) fn sync_operation() -> Operation {
    Operation::write("sync", "Looks now, at every repository of the workspace.")
        .about("Answers the runs that will be made, one for each repository; one that finds nothing to do completes with 0 files.")
        .answers_all::<Run<'_>>(StatusCode::ACCEPTED)
        .refuses(Code::NotSetUp)
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
        .refuses(Code::NotSetUp)
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
    state.needs_app()?;
    must_exist(state, workspace).await?;
    let runs = state.store.request_sync_by(workspace, bearer.actor()).await?;
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
    let run = find(&state, &bearer, Role::Read, path.into_inner()).await?;
    Ok(answer::send(answer::one(&Run::of(&run))))
}

async fn find(state: &ApiState, bearer: &Bearer, needed: Role, id: String) -> Result<RunRow, ApiError> {
    let found = if id.contains('\0') { None } else { state.store.run(&RunId::from_text(id)).await? };
    let run = found.ok_or(ApiError::NotFound("run"))?;
    match bearer.may(needed, &WorkspaceId::from_text(run.workspace_id.clone())) {
        // Another tenant's run looks like none.
        Err(ApiError::NotFound(_)) => Err(ApiError::NotFound("run")),
        allowed => allowed.map(|()| run),
    }
}

pub(super) fn retry_operation() -> Operation {
    Operation::write("retryRun", "Reads the files of a run again that were given up, before all that nobody waits for.")
        .answers_as::<Run<'_>>(StatusCode::ACCEPTED)
        .refuses(Code::NothingToRetry)
}

/// `POST /api/runs/{id}/retry`
pub(super) async fn retry(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let run = find(&state, &bearer, Role::Write, path.into_inner()).await?;
    let (workspace, id) = (WorkspaceId::from_text(run.workspace_id), RunId::from_text(run.id));
    let again = state.store.retry_run(&workspace, &id, bearer.actor()).await?;
    let again = again.ok_or(ApiError::NothingToRetry(
        "No file of this run is given up: it went well, is under way, or a newer run has taken its files over.",
    ))?;
    Ok(answer::send_as(StatusCode::ACCEPTED, answer::one(&Run::of(&again))))
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RunQuery {
    /// How far it is: `pending`, `processing`, `completed` or `failed`.
    #[param(value_type = Option<WorkStatus>, example = "completed")]
    status: Option<String>,
    /// What it does, as `jobType` of a run says it.
    #[serde(rename = "jobType")]
    #[param(
        pattern = "^(sync_github_agents|parse_agent_definition|resolve_dependencies|validate_agent_schema)$",
        example = "sync_github_agents"
    )]
    job_type: Option<String>,
}

impl RunQuery {
    fn filter(&self, problems: &mut Problems) -> RunFilter {
        let status = self.status.as_deref().map(WorkStatus::from_text);
        if status == Some(None) {
            problems
                .add("status", format!("one of {} is expected", WorkStatus::ALL.map(WorkStatus::as_str).join(", ")));
        }
        let job = self.job_type.as_deref().map(JobType::from_text);
        if job == Some(None) {
            problems.add("jobType", format!("one of {} is expected", JobType::ALL.map(JobType::as_str).join(", ")));
        }
        RunFilter { status: status.flatten(), job: job.flatten() }
    }
}

pub(super) fn list_operation() -> Operation {
    Operation::read("listRuns", "The runs of a workspace, newest first.")
        .query::<RunQuery>()
        .answers_page::<Run<'_>>()
        .example("?status=completed")
}

/// `GET /api/workspaces/{id}/runs`, newest first.
pub(super) async fn list(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
    query: web::Query<RunQuery>,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let workspace = WorkspaceId::from_text(path.into_inner());
    bearer.may(Role::Read, &workspace)?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["status", "jobType", "page", "pageSize"], &mut problems);
    let filter = query.filter(&mut problems);
    let page = pages.page(&mut problems);
    problems.settle()?;
    must_exist(&state, &workspace).await?;
    let (rows, total) = state.store.runs(&workspace, &filter, page).await?;
    Ok(answer::send(answer::page(&rows.iter().map(Run::of).collect::<Vec<_>>(), total, page)))
}
