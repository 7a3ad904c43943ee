//! `/api/workspaces/{id}/{kind}/{nameOrId}`: a definition and its versions.

use super::answer::{self, DefinitionWithText, PageQuery, Problems, Version, VersionWithText, refuse_unknown};
use super::auth::Bearer;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use super::workspaces::revision;
use crate::cache::CacheKey;
use crate::model::{DefinitionId, Kind, WorkspaceId};
use crate::store::tokens::Role;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};

/// The kind of a path's `{kind}`.
pub(super) fn kind_of(text: &str) -> Result<Kind, ApiError> {
    Kind::from_plural(text).ok_or(ApiError::NotFound("route"))
}

pub(super) fn get_operation() -> Operation {
    Operation::read("getDefinition", "One definition, with its text, its frontmatter and what is wrong with it.")
        .answers::<DefinitionWithText<'_>>()
}

/// `GET /api/workspaces/{id}/{kind}/{nameOrId}`
pub(super) async fn get(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, kind, name) = path.into_inner();
    let (workspace, kind) = (WorkspaceId::from_text(workspace), kind_of(&kind)?);
    bearer.may(Role::Read, &workspace)?;
    let revision = revision(&state, &workspace).await?;
    let key = CacheKey::Definition { workspace: workspace.clone(), revision, kind, name: name.clone() };
    let body = state.cache.get_or_load(&key, render(&state, &workspace, kind, &name)).await?;
    Ok(answer::send(body))
}

async fn render(state: &ApiState, workspace: &WorkspaceId, kind: Kind, name: &str) -> Result<Bytes, ApiError> {
    let found = if name.contains('\0') { None } else { state.store.definition(workspace, kind, name).await? };
    let (row, text) = found.ok_or(ApiError::NotFound("definition"))?;
    Ok(answer::one(&DefinitionWithText::of(&row, &text)))
}

/// The id of the definition that a path names, even if its file is gone: history outlives it.
pub(super) async fn id_of(
    state: &ApiState,
    bearer: &Bearer,
    (workspace, kind, name): (&str, &str, &str),
) -> Result<DefinitionId, ApiError> {
    let workspace = WorkspaceId::from_text(workspace);
    let kind = kind_of(kind)?;
    bearer.may(Role::Read, &workspace)?;
    let found = if name.contains('\0') { None } else { state.store.definition_id(&workspace, kind, name).await? };
    found.ok_or(ApiError::NotFound("definition"))
}

pub(super) fn versions_operation() -> Operation {
    Operation::read("listVersions", "The history of a definition, newest first.")
        .about("It outlives the file.")
        .answers_page::<Version<'_>>()
}

/// `GET …/{nameOrId}/versions`
pub(super) async fn versions(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String, String)>,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let id = id_of(&state, &bearer, (&path.0, &path.1, &path.2)).await?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["page", "pageSize"], &mut problems);
    let page = pages.page(&mut problems);
    problems.settle()?;
    let (rows, total) = state.store.versions(&id, page).await?;
    Ok(answer::send(answer::page(&rows.iter().map(Version::of).collect::<Vec<_>>(), total, page)))
}

pub(super) fn version_operation() -> Operation {
    Operation::read("getVersion", "One version of a definition, with its text.").answers::<VersionWithText<'_>>()
}

/// `GET …/{nameOrId}/versions/{version}`
pub(super) async fn version(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    let id = id_of(&state, &bearer, (&path.0, &path.1, &path.2)).await?;
    let number = path.3.parse().map_err(|_| ApiError::NotFound("version"))?;
    let found = state.store.version(&id, number).await?;
    let (row, content, frontmatter) = found.ok_or(ApiError::NotFound("version"))?;
    Ok(answer::send(answer::one(&VersionWithText::of(&row, &content, &frontmatter))))
}
