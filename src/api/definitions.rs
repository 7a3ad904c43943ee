//! `/api/workspaces/{id}/{kind}/{nameOrId}`: a definition and its versions.

use super::answer::{self, DefinitionWithText, GitSide, PageQuery, Problems, Version, VersionWithText, refuse_unknown};
use super::auth::Bearer;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use super::workspaces::revision;
use crate::cache::CacheKey;
use crate::model::{BlobSha, DefinitionId, Kind, Location, RepositoryId, WorkspaceId};
use crate::parse::{self, READER_VERSION};
use crate::store::catalog::Shown;
use crate::store::rows::listing::{Listed, Text};
use crate::store::tokens::Role;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

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
    let load = async {
        let (found, text) = find(&state, &workspace, kind, &name).await?;
        render(&state, &found, &text).await
    };
    Ok(answer::send(Box::pin(state.cache.get_or_load(&key, load)).await?))
}

pub(super) async fn find(
    state: &ApiState,
    workspace: &WorkspaceId,
    kind: Kind,
    name: &str,
) -> Result<(Shown, Text), ApiError> {
    let found = if name.contains('\0') { None } else { state.store.definition(workspace, kind, name).await? };
    found.ok_or(ApiError::NotFound("definition"))
}

/// The id of a definition that is there.
pub(super) async fn live(
    state: &ApiState,
    workspace: &WorkspaceId,
    kind: Kind,
    name: &str,
) -> Result<DefinitionId, ApiError> {
    let (definition, _) = find(state, workspace, kind, name).await?;
    Ok(DefinitionId::from_text(definition.row.id))
}

pub(super) async fn render(state: &ApiState, found: &Shown, text: &Text) -> Result<Bytes, ApiError> {
    let git = git_side(state, &found.row, text).await?;
    Ok(answer::one(&DefinitionWithText::of(found, text, git)))
}

/// Git's own text, where another one is served. What its frontmatter says is read here: rows hold that of what is served.
async fn git_side<'a>(state: &ApiState, row: &'a Listed, text: &'a Text) -> Result<Option<GitSide<'a>>, ApiError> {
    let content = text.git.as_ref().and_then(|git| git.git_content.as_deref());
    let (Some(content), Some(blob), Some(repository)) = (content, row.blob.as_deref(), row.repository_id) else {
        return Ok(None);
    };
    let key = CacheKey::Frontmatter {
        repository: RepositoryId::new(repository),
        blob: BlobSha::of_bytes(content.as_bytes()),
        reader: READER_VERSION,
    };
    let load = async {
        // A frontmatter says the same wherever it stands.
        let kind = Kind::from_text(&row.kind).ok_or(ApiError::Internal)?;
        let location = Location::named(kind, &row.name);
        let bytes = content.as_bytes().to_vec();
        let parsed = web::block(move || parse::parse(&location, &bytes, &[])).await.map_err(|_| ApiError::Internal)?;
        Ok::<_, ApiError>(Bytes::from(json!(parsed.frontmatter).to_string()))
    };
    let frontmatter = state.cache.get_or_load(&key, load).await?;
    let frontmatter = serde_json::from_slice(&frontmatter).map_err(|_| ApiError::Internal)?;
    Ok(Some(GitSide { blob, content, frontmatter }))
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
