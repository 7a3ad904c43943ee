//! `/api/workspaces`

use super::answer::{
    self, ChangedWorkspace, NamedWorkspace, PageQuery, Problems, Workspace, WorkspaceWithMembers, refuse_unknown,
};
use super::auth::Bearer;
use super::body::Body;
use super::error::ApiError;
use super::label::{self, LARGEST_BODY};
use super::openapi::Operation;
use super::state::ApiState;
use crate::cache::CacheKey;
use crate::model::{Preference, WorkspaceId};
use crate::store::catalog::Page;
use crate::store::tokens::Role;
use crate::store::workspaces::WorkspaceChange;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};

pub(super) fn list_operation() -> Operation {
    Operation::read("listWorkspaces", "All workspaces that the token may see.").answers_page::<Workspace<'_>>()
}

/// `GET /api/workspaces`: all that the token may see.
pub(super) async fn list(
    state: web::Data<ApiState>,
    bearer: Bearer,
    query: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["page", "pageSize"], &mut problems);
    let page = query.page(&mut problems);
    problems.settle()?;
    let revision = state.store.workspaces_revision().await?;
    let seen = bearer.seen();
    let key = CacheKey::Workspaces { revision, query: format!("{seen:?}{page:?}") };
    let body = state.cache.get_or_load(&key, render_list(&state, seen.as_deref(), page)).await?;
    Ok(answer::send(body))
}

async fn render_list(state: &ApiState, only: Option<&[WorkspaceId]>, page: Page) -> Result<Bytes, ApiError> {
    let (rows, total) = state.store.workspaces(only, page).await?;
    Ok(answer::page(&rows.iter().map(Workspace::of).collect::<Vec<_>>(), total, page))
}

pub(super) fn get_operation() -> Operation {
    Operation::read("getWorkspace", "One workspace, with its repositories.").answers::<WorkspaceWithMembers<'_>>()
}

/// `GET /api/workspaces/{id}`
pub(super) async fn get(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let workspace = WorkspaceId::from_text(path.into_inner());
    bearer.may(Role::Read, &workspace)?;
    let found = state.store.workspace(&workspace).await?;
    let (row, members) = found.ok_or(ApiError::NotFound("workspace"))?;
    Ok(answer::send(answer::one(&WorkspaceWithMembers::of(&row, &members))))
}

pub(super) fn create_operation() -> Operation {
    Operation::administer("createWorkspace", "Makes a workspace of no repository.")
        .takes::<NamedWorkspace>()
        .answers_as::<Workspace<'_>>(StatusCode::CREATED)
}

/// `POST /api/workspaces`
pub(super) async fn create(
    state: web::Data<ApiState>,
    bearer: Bearer,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    bearer.may_administer()?;
    let name = read_name(payload).await?;
    let id = state.store.create_workspace(&name, bearer.actor()).await?;
    let found = state.store.workspace(&id).await?;
    let (row, _) = found.ok_or(ApiError::NotFound("workspace"))?;
    let mut response = answer::send_as(StatusCode::CREATED, answer::one(&Workspace::of(&row)));
    if let Ok(place) = HeaderValue::from_str(&format!("/api/workspaces/{id}")) {
        response.headers_mut().insert(LOCATION, place);
    }
    Ok(response)
}

pub(super) fn change_operation() -> Operation {
    Operation::own(
        "changeWorkspace",
        "Gives a workspace another name, or another side that its conflicts are settled by.",
    )
    .takes::<ChangedWorkspace>()
    .answers::<WorkspaceWithMembers<'_>>()
}

/// `PATCH /api/workspaces/{id}`
pub(super) async fn change(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let workspace = WorkspaceId::from_text(path.into_inner());
    bearer.may(Role::Admin, &workspace)?;
    let change = read_change(payload).await?;
    let changed = state.store.change_workspace(&workspace, &change, bearer.actor()).await?;
    state.announce_change(changed.ok_or(ApiError::NotFound("workspace"))?);
    let found = state.store.workspace(&workspace).await?;
    let (row, members) = found.ok_or(ApiError::NotFound("workspace"))?;
    Ok(answer::send(answer::one(&WorkspaceWithMembers::of(&row, &members))))
}

async fn read_change(payload: web::Payload) -> Result<WorkspaceChange, ApiError> {
    let mut body = Body::read(payload, LARGEST_BODY, &["name", "prefers"]).await?;
    let has = ["name", "prefers"].map(|field| body.has(field));
    if has == [false, false] {
        body.problem("body", "name or prefers is expected");
    }
    let name = if has[0] { label::read(&mut body, "name") } else { None };
    let prefers = if has[1] { preference(&mut body) } else { None };
    body.finish(Some(WorkspaceChange { name, prefers }))
}

fn preference(body: &mut Body) -> Option<Preference> {
    let text = body.required_text("prefers")?;
    let preference = Preference::from_text(&text);
    if preference.is_none() {
        body.problem("prefers", "one of ask, github, local is expected");
    }
    preference
}

async fn read_name(payload: web::Payload) -> Result<String, ApiError> {
    let mut body = Body::read(payload, LARGEST_BODY, &["name"]).await?;
    let name = label::read(&mut body, "name");
    body.finish(name)
}

/// For answers that no revision is asked for.
pub(super) async fn must_exist(state: &ApiState, workspace: &WorkspaceId) -> Result<(), ApiError> {
    state.store.revision(workspace).await?.map(drop).ok_or(ApiError::NotFound("workspace"))
}

/// The workspace's revision, and so whether it exists; answered from memory if it was learnt within a second.
pub(super) async fn revision(state: &ApiState, workspace: &WorkspaceId) -> Result<i64, ApiError> {
    let load = || async { state.store.revision(workspace).await?.ok_or(ApiError::NotFound("workspace")) };
    state.revisions.current(workspace, load()).await
}
