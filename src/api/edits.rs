//! What people write: definitions made, changed, put back and deleted, and conflicts with git settled.

use super::answer::{self, DefinitionWithText, NewDefinition, NewText, TakenSide};
use super::auth::Bearer;
use super::body::Body;
use super::code::Code;
use super::conditional::{self, entity_tag};
use super::definitions::{self, kind_of};
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use crate::model::name::{MAX_NAME_BYTES, is_kebab_case};
use crate::model::{Kind, Location, Side, WorkspaceId};
use crate::store::edits::{At, Done, Edit, Expected, Refusal, Target};
use crate::store::tokens::Role;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};

/// JSON may write each byte of a text as six.
const LARGEST: usize = 8 * 1024 * 1024;
const IF_MATCH: &str = "The `ETag` of the definition as it was read: 412 if it has changed since.";

type DefinitionPath = web::Path<(String, String, String)>;

pub(super) fn create_operation() -> Operation {
    Operation::write("createDefinition", "Makes a definition that no file of a repository stands for.")
        .about("Give it a `name`, or the `path` that it would have in a repository; agents and skills may name themselves.")
        .takes::<NewDefinition>()
        .answers_as::<DefinitionWithText<'_>>(StatusCode::CREATED)
        .refuses(Code::Taken)
        .refuses(Code::Broken)
        .refuses(Code::TooLarge)
}

/// `POST /api/workspaces/{id}/{kind}`
pub(super) async fn create(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let (workspace, kind) = (WorkspaceId::from_text(path.0.clone()), kind_of(&path.1)?);
    bearer.may(Role::Write, &workspace)?;
    let mut body = Body::read(payload, LARGEST, &["name", "path", "content"]).await?;
    let content = body.required_text("content");
    let at = at(&mut body, kind);
    let edit = body.finish(content.zip(at))?;
    let edit = Edit::Create { kind, at: edit.1, content: edit.0 };
    let done = write(&state, &bearer, &workspace, &edit).await?;
    let mut response = shown(&state, &workspace, kind, &done, StatusCode::CREATED).await?;
    let location = format!("/api/workspaces/{workspace}/{}/{}", kind.plural(), done.id);
    if let Ok(location) = location.parse() {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

fn at(body: &mut Body, kind: Kind) -> Option<At> {
    match (body.text("name"), body.text("path")) {
        (Some(name), None) if is_kebab_case(&name) && name.len() <= MAX_NAME_BYTES => Some(At::Name(name)),
        (Some(_), None) => {
            let problem = format!("up to {MAX_NAME_BYTES} lower case letters, digits and hyphens are expected");
            body.problem("name", problem);
            None
        }
        (None, Some(path)) => {
            let is_plain = path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains('\0');
            let location = Location::of(&path).filter(|location| is_plain && location.kind == kind);
            if location.is_none() {
                let usual = Location::named(kind, "some-name").path;
                body.problem("path", format!("the path of a file for a {kind} is expected, as {usual}"));
            }
            location.map(At::Path)
        }
        _ => {
            body.problem("name", "either a name or a path is expected");
            None
        }
    }
}

pub(super) fn update_operation() -> Operation {
    changes("updateDefinition", "Gives a definition another text.")
        .about(
            "What comes from GitHub is marked as edited; git's text stays beside it. `If-Match` must name what was read: \
             `*` is whatever is there.",
        )
        .takes::<NewText>()
        .answers::<DefinitionWithText<'_>>()
        .header("If-Match", IF_MATCH, "*")
        .example_header("If-Match: *")
        .refuses(Code::PreconditionRequired)
        .refuses(Code::Broken)
        .refuses(Code::Taken)
        .refuses(Code::TooLarge)
}

fn changes(id: &'static str, summary: &'static str) -> Operation {
    Operation::write(id, summary).refuses(Code::Stale)
}

/// `PUT …/{nameOrId}`
pub(super) async fn update(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: DefinitionPath,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let (workspace, kind) = may_write(&bearer, &path)?;
    if !conditional::is_conditional(&request) {
        return Err(ApiError::PreconditionRequired);
    }
    let mut body = Body::read(payload, LARGEST, &["content"]).await?;
    let content = body.required_text("content");
    let content = body.finish(content)?;
    let target = target(&state, &workspace, kind, &path.2, &request).await?;
    let done = write(&state, &bearer, &workspace, &Edit::Update { target, content }).await?;
    shown(&state, &workspace, kind, &done, StatusCode::OK).await
}

pub(super) fn delete_operation() -> Operation {
    changes("deleteDefinition", "Deletes a definition; its history stays.")
        .about("What comes from GitHub is hidden until git changes its file.")
        .header("If-Match", IF_MATCH, "*")
        .answers_nothing()
}

/// `DELETE …/{nameOrId}`
pub(super) async fn delete(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: DefinitionPath,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (workspace, kind) = may_write(&bearer, &path)?;
    let target = target(&state, &workspace, kind, &path.2, &request).await?;
    write(&state, &bearer, &workspace, &Edit::Delete { target }).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) fn revert_operation() -> Operation {
    changes("revertDefinition", "Makes a new version with the text of an old one.")
        .about("As with any other text, what comes from GitHub is then marked as edited. Brings back what was hidden.")
        .answers::<DefinitionWithText<'_>>()
        .header("If-Match", IF_MATCH, "*")
        .refuses(Code::Taken)
        .refuses(Code::Broken)
}

/// `POST …/{nameOrId}/revert/{version}`
pub(super) async fn revert(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String, String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let (workspace, kind) = (WorkspaceId::from_text(path.0.clone()), kind_of(&path.1)?);
    bearer.may(Role::Write, &workspace)?;
    let version = path.3.parse().map_err(|_| ApiError::NotFound("version"))?;
    let target = target(&state, &workspace, kind, &path.2, &request).await?;
    let done = write(&state, &bearer, &workspace, &Edit::Revert { target, version }).await?;
    shown(&state, &workspace, kind, &done, StatusCode::OK).await
}

pub(super) fn resolve_operation() -> Operation {
    changes("resolveConflict", "Settles the conflict between an edit and what git says.")
        .about(
            "`blob` is the one of git that you have seen in `conflict`: 409 if git has moved on. It is null where git has \
             deleted the file; taking `github` then answers 204.",
        )
        .takes::<TakenSide>()
        .answers::<DefinitionWithText<'_>>()
        .answers_nothing()
        .header("If-Match", IF_MATCH, "*")
        .refuses(Code::NoConflict)
        .refuses(Code::MovedOn)
        .refuses(Code::TooLarge)
}

/// `POST …/{nameOrId}/resolve`
pub(super) async fn resolve(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: DefinitionPath,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let (workspace, kind) = may_write(&bearer, &path)?;
    let mut body = Body::read(payload, LARGEST, &["take", "blob"]).await?;
    if !body.has("blob") {
        body.problem("blob", "name the blob of git that you have seen; null if git has deleted the file");
    }
    let blob = body.text("blob");
    let take = body.required_text("take");
    let side = take.as_deref().and_then(Side::from_text);
    if take.is_some() && side.is_none() {
        body.problem("take", "one of github, local is expected");
    }
    let take = body.finish(side)?;
    let target = target(&state, &workspace, kind, &path.2, &request).await?;
    let done = write(&state, &bearer, &workspace, &Edit::Resolve { target, take, blob }).await?;
    match shown(&state, &workspace, kind, &done, StatusCode::OK).await {
        // Git's side was that there is no such file.
        Err(ApiError::NotFound(_)) => Ok(HttpResponse::NoContent().finish()),
        shown => shown,
    }
}

fn may_write(bearer: &Bearer, path: &DefinitionPath) -> Result<(WorkspaceId, Kind), ApiError> {
    let (workspace, kind) = (WorkspaceId::from_text(path.0.clone()), kind_of(&path.1)?);
    bearer.may(Role::Write, &workspace)?;
    Ok((workspace, kind))
}

/// What is meant by a name or an id; if the request says what was read, then just that. The transaction looks again.
async fn target(
    state: &ApiState,
    workspace: &WorkspaceId,
    kind: Kind,
    name_or_id: &str,
    request: &HttpRequest,
) -> Result<Target, ApiError> {
    let any = Target { kind, name_or_id: name_or_id.to_owned(), expected: None };
    if !conditional::is_conditional(request) {
        return Ok(any);
    }
    let (found, text) = definitions::find(state, workspace, kind, name_or_id).await?;
    let read = definitions::render(state, &found, &text).await?;
    if !conditional::is_met(request, &entity_tag(&read)) {
        return Err(ApiError::Refused(Refusal::Stale));
    }
    let expected = Expected { version: found.row.version, updated_at: Some(found.row.updated_at) };
    Ok(Target { kind, name_or_id: found.row.id, expected: Some(expected) })
}

async fn write(state: &ApiState, bearer: &Bearer, workspace: &WorkspaceId, edit: &Edit) -> Result<Done, ApiError> {
    let (outcome, changed) = state.store.edit(workspace, bearer.actor(), edit).await?;
    if let Some(changed) = changed {
        state.announce_change(changed);
    }
    outcome.map_err(ApiError::from)
}

/// The definition as `GET` shows it.
async fn shown(
    state: &ApiState,
    workspace: &WorkspaceId,
    kind: Kind,
    done: &Done,
    status: StatusCode,
) -> Result<HttpResponse, ApiError> {
    let (found, text) = definitions::find(state, workspace, kind, done.id.as_str()).await?;
    let body: Bytes = definitions::render(state, &found, &text).await?;
    let tag = entity_tag(&body);
    let mut response = answer::send_as(status, body);
    if let Ok(tag) = tag.parse() {
        response.headers_mut().insert(ETAG, tag);
    }
    Ok(response)
}
