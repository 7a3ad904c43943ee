//! `GET /api/workspaces/{id}/{kind}`: definitions by the page, filtered and sorted.

use super::answer::{self, ListedDefinition, PageQuery, Problems, refuse_unknown};
use super::auth::Bearer;
use super::definitions::kind_of;
use super::error::ApiError;
use super::fields::Fields;
use super::openapi::Operation;
use super::state::ApiState;
use super::workspaces::revision;
use crate::cache::CacheKey;
use crate::model::{Kind, RepositoryId, Source, SyncStatus, WorkspaceId};
use crate::resolve::is_attached;
use crate::store::catalog::{Filter, Page, RepositoryRef, Sort, SortBy};
use crate::store::tokens::Role;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Git itself takes no longer paths on most systems.
const LONGEST_PATH: usize = 4096;
const LONGEST_SEARCH: usize = 200;

const PARAMETERS: [&str; 12] = [
    "source",
    "syncStatus",
    "search",
    "repository",
    "scope",
    "changedSince",
    "deleted",
    "appliesTo",
    "sort",
    "fields",
    "page",
    "pageSize",
];

/// As it came; read by [`ListQuery::listing`], so that bad values are named, all of them at once.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    #[param(value_type = Option<Source>, inline, example = "github")]
    source: Option<String>,
    #[param(value_type = Option<SyncStatus>, inline, example = "synced")]
    sync_status: Option<String>,
    /// In name, description or text, without regard to the case of ASCII letters.
    #[param(max_length = 200, example = "style")]
    search: Option<String>,
    /// `owner/name`, or GitHub's number, of the repository that they are from.
    #[param(example = "local/sample")]
    repository: Option<String>,
    /// The folder that holds `.cursor`; empty for the root of the repository.
    #[param(max_length = 4096, example = "")]
    scope: Option<String>,
    /// Changed at that time or later.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-01-01T00:00:00Z")]
    changed_since: Option<String>,
    /// `true` for those that are not there any more, by their ids; `updatedAt` is then when they went.
    #[param(value_type = Option<bool>, example = false)]
    deleted: Option<String>,
    /// Of rules: those that are attached to this file.
    #[param(min_length = 1, max_length = 4096, example = "src/a.ts")]
    applies_to: Option<String>,
    /// `name` (the usual one), `path`, `createdAt` or `updatedAt`; `-` before it turns the order.
    #[param(example = "-updatedAt")]
    sort: Option<String>,
    /// The only fields to be shown, with commas between them.
    #[param(example = "name,description")]
    fields: Option<String>,
}

/// What is asked for.
#[derive(Clone, Debug)]
struct Listing {
    kind: Kind,
    filter: Filter,
    /// The file that the rules are to be attached to.
    path: Option<String>,
    sort: Sort,
    fields: Fields,
    page: Page,
}

impl ListQuery {
    fn listing(&self, kind: Kind, page: Page, problems: &mut Problems) -> Listing {
        Listing {
            kind,
            filter: self.filter(problems),
            path: self.path(kind, problems),
            sort: self.sort.as_deref().map_or(BY_NAME, |text| sort(text, problems)),
            fields: Fields::read(self.fields.as_deref(), kind, problems),
            page,
        }
    }

    fn filter(&self, problems: &mut Problems) -> Filter {
        Filter {
            source: self.source.as_deref().and_then(|text| source(text, problems)),
            status: self.sync_status.as_deref().and_then(|text| status(text, problems)),
            search: self.search.as_deref().and_then(|text| search(text, problems)),
            repository: self.repository.as_deref().and_then(|text| repository(text, problems)),
            scope: self.scope.as_deref().and_then(|text| scope(text, problems)),
            changed_since: self.changed_since.as_deref().and_then(|text| problems.time("changedSince", text)),
            deleted: self.deleted.as_deref().is_some_and(|text| problems.flag("deleted", text)),
        }
    }

    fn path(&self, kind: Kind, problems: &mut Problems) -> Option<String> {
        let path = self.applies_to.clone()?;
        if path.is_empty() || path.len() > LONGEST_PATH {
            problems.add("appliesTo", "the path of a file from the root of the repository is expected");
        }
        if kind != Kind::Rule {
            problems.add("appliesTo", "only rules are attached to files");
        }
        Some(path)
    }
}

const BY_NAME: Sort = Sort { by: SortBy::Name, descending: false };

fn source(text: &str, problems: &mut Problems) -> Option<Source> {
    let source = Source::from_text(text);
    if source.is_none() {
        problems.add("source", "one of github, local, imported is expected");
    }
    source
}

fn status(text: &str, problems: &mut Problems) -> Option<SyncStatus> {
    let status = SyncStatus::from_text(text);
    if status.is_none() {
        problems.add("syncStatus", "one of synced, pending, error, conflict is expected");
    }
    status
}

/// An empty one asks for nothing.
fn search(text: &str, problems: &mut Problems) -> Option<String> {
    if text.len() > LONGEST_SEARCH || text.contains('\0') {
        problems.add("search", format!("a text of {LONGEST_SEARCH} bytes at most is expected"));
    }
    (!text.is_empty()).then(|| text.to_owned())
}

fn repository(text: &str, problems: &mut Problems) -> Option<RepositoryRef> {
    if let Ok(id) = text.parse() {
        return Some(RepositoryRef::Id(RepositoryId::new(id)));
    }
    let is_name = matches!(text.split_once('/'), Some((owner, name)) if !owner.is_empty() && !name.is_empty());
    if !is_name || text.contains('\0') {
        problems.add("repository", "owner/name, or GitHub's number of a repository, is expected");
        return None;
    }
    Some(RepositoryRef::FullName(text.to_owned()))
}

/// An empty one is the root's.
fn scope(text: &str, problems: &mut Problems) -> Option<String> {
    if text.len() > LONGEST_PATH || text.contains('\0') {
        problems.add("scope", "the folder that holds `.cursor` is expected; empty for the root of the repository");
    }
    Some(text.to_owned())
}

fn sort(text: &str, problems: &mut Problems) -> Sort {
    let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
    let by = match name {
        "name" => SortBy::Name,
        "path" => SortBy::Path,
        "createdAt" => SortBy::CreatedAt,
        "updatedAt" => SortBy::UpdatedAt,
        _ => {
            problems
                .add("sort", "one of name, path, createdAt, updatedAt is expected, with a `-` before it to turn it");
            return BY_NAME;
        }
    };
    Sort { by, descending }
}

pub(super) fn list_operation() -> Operation {
    Operation::read("listDefinitions", "The definitions of a kind, filtered and sorted.")
        .query::<ListQuery>()
        .answers_page::<ListedDefinition>()
        .example("?search=style&sort=-updatedAt&fields=name,description,syncStatus")
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
    refuse_unknown(request.query_string(), &PARAMETERS, &mut problems);
    let page = pages.page(&mut problems);
    let listing = query.listing(kind, page, &mut problems);
    problems.settle()?;
    let revision = revision(&state, &workspace).await?;
    let key = CacheKey::List { workspace: workspace.clone(), revision, kind, query: format!("{listing:?}") };
    Ok(answer::send(Box::pin(state.cache.get_or_load(&key, render(&state, &workspace, &listing))).await?))
}

async fn render(state: &ApiState, workspace: &WorkspaceId, listing: &Listing) -> Result<Bytes, ApiError> {
    let Listing { kind, filter, path, sort, fields, page } = listing;
    let (rows, total) = match path {
        Some(path) => {
            let attached = attached(state, workspace, listing, path).await?;
            let total = i64::try_from(attached.len()).unwrap_or(i64::MAX);
            (state.store.definitions_of(&page.of(attached)).await?, total)
        }
        None => state.store.definitions((workspace, *kind), filter, *sort, *page).await?,
    };
    let shown: Vec<_> = rows.iter().map(|row| fields.of(ListedDefinition::of(row))).collect();
    Ok(answer::page(&shown, total, *page))
}

/// The rules that are attached to the file at `path`.
async fn attached(
    state: &ApiState,
    workspace: &WorkspaceId,
    listing: &Listing,
    path: &str,
) -> Result<Vec<String>, ApiError> {
    let rules = state.store.attachments(workspace, &listing.filter, listing.sort).await?;
    let fit = rules.into_iter().filter(|rule| is_attached(&rule.attributes, &rule.scope, path));
    Ok(fit.map(|rule| rule.id).collect())
}
