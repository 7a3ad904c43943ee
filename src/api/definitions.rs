//! `/api/workspaces/{id}/{kind}`: definitions and their versions.

use super::answer::{
    self, Definition, DefinitionWithText, PageQuery, Problems, Version, VersionWithText, refuse_unknown,
};
use super::auth::Bearer;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use super::workspaces::revision;
use crate::cache::CacheKey;
use crate::model::{DefinitionId, Kind, Source, SyncStatus, WorkspaceId};
use crate::resolve::is_attached;
use crate::store::catalog::{Filter, Page, Shown};
use crate::store::tokens::Role;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    #[param(value_type = Option<Source>, inline, example = "github")]
    source: Option<String>,
    #[serde(rename = "syncStatus")]
    #[param(value_type = Option<SyncStatus>, inline, example = "synced")]
    sync_status: Option<String>,
    /// In name or description, without regard to case.
    #[param(max_length = 200, example = "style")]
    search: Option<String>,
    /// Of rules: those that are attached to this file.
    #[serde(rename = "appliesTo")]
    #[param(min_length = 1, max_length = 4096, example = "src/a.ts")]
    applies_to: Option<String>,
}

const LIST_PARAMETERS: [&str; 6] = ["source", "syncStatus", "search", "appliesTo", "page", "pageSize"];
/// Git itself takes no longer paths on most systems.
const LONGEST_PATH: usize = 4096;
/// Rules that are held against a path at a time.
const HELD_AGAINST: i64 = 1000;
const LONGEST_SEARCH: usize = 200;

impl ListQuery {
    fn filter(&self, problems: &mut Problems) -> Filter {
        let status = self.sync_status.as_deref().map(|text| (text, SyncStatus::from_text(text)));
        if let Some((_, None)) = status {
            problems.add("syncStatus", "one of synced, pending, error, conflict is expected");
        }
        if self.source.as_deref().is_some_and(|source| Source::from_text(source).is_none()) {
            problems.add("source", "one of github, local, imported is expected");
        }
        let search = self.search.clone().filter(|search| !search.is_empty());
        if search.as_ref().is_some_and(|search| search.len() > LONGEST_SEARCH || search.contains('\0')) {
            problems.add("search", format!("a text of {LONGEST_SEARCH} bytes at most is expected"));
        }
        if self.applies_to.as_ref().is_some_and(|path| path.is_empty() || path.len() > LONGEST_PATH) {
            problems.add("appliesTo", "the path of a file from the root of the repository is expected");
        }
        Filter { source: self.source.clone(), status: status.and_then(|(_, status)| status), search }
    }
}

/// The kind of a path's `{kind}`.
pub(super) fn kind_of(text: &str) -> Result<Kind, ApiError> {
    Kind::from_plural(text).ok_or(ApiError::NotFound("route"))
}

pub(super) fn list_operation() -> Operation {
    Operation::read("listDefinitions", "The definitions of a kind, by name.")
        .query::<ListQuery>()
        .answers_page::<Definition<'_>>()
        .example("?search=style&syncStatus=synced")
}

/// `GET /api/workspaces/{id}/{kind}`
pub(super) async fn list(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
    query: web::Query<ListQuery>,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (workspace, kind) = path.into_inner();
    let (workspace, kind) = (WorkspaceId::from_text(workspace), kind_of(&kind)?);
    bearer.may(Role::Read, &workspace)?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &LIST_PARAMETERS, &mut problems);
    let filter = query.filter(&mut problems);
    let page = pages.page(&mut problems);
    if query.applies_to.is_some() && kind != Kind::Rule {
        problems.add("appliesTo", "only rules are attached to files");
    }
    problems.settle()?;
    let revision = revision(&state, &workspace).await?;
    let path = query.applies_to.as_deref();
    let text = format!("{filter:?}{page:?}{path:?}");
    let key = CacheKey::List { workspace: workspace.clone(), revision, kind, query: text };
    let load = async {
        match path {
            Some(path) => render_attached(&state, &workspace, &filter, path, page).await,
            None => render_list(&state, &workspace, kind, &filter, page).await,
        }
    };
    Ok(answer::send(Box::pin(state.cache.get_or_load(&key, load)).await?))
}

/// The rules among them that are attached to the file at `path`.
async fn render_attached(
    state: &ApiState,
    workspace: &WorkspaceId,
    filter: &Filter,
    path: &str,
    page: Page,
) -> Result<Bytes, ApiError> {
    let mut attached: Vec<Shown> = Vec::new();
    for number in 1.. {
        let some = Page { number, size: HELD_AGAINST };
        let (rows, total) = state.store.definitions(workspace, Kind::Rule, filter, some).await?;
        attached.extend(rows.into_iter().filter(|one| is_attached(&one.row.attributes, &one.row.scope, path)));
        if number * HELD_AGAINST >= total {
            break;
        }
    }
    let total = i64::try_from(attached.len()).unwrap_or(i64::MAX);
    let skipped = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(page.size).unwrap_or(usize::MAX);
    let shown: Vec<_> = attached.iter().skip(skipped).take(size).map(Definition::of).collect();
    Ok(answer::page(&shown, total, page))
}

async fn render_list(
    state: &ApiState,
    workspace: &WorkspaceId,
    kind: Kind,
    filter: &Filter,
    page: Page,
) -> Result<Bytes, ApiError> {
    let (rows, total) = state.store.definitions(workspace, kind, filter, page).await?;
    Ok(answer::page(&rows.iter().map(Definition::of).collect::<Vec<_>>(), total, page))
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
