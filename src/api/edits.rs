//! What people write: definitions made, changed, put back and deleted, and conflicts with git settled.

mod writer;

use super::answer::{DefinitionWithText, NewDefinition, NewText, TakenSide};
use super::auth::Bearer;
use super::body::Body;
use super::code::Code;
use super::conditional;
use super::error::ApiError;
use super::openapi::Operation;
use super::place;
use super::state::ApiState;
use crate::model::{Kind, Side};
use crate::store::edits::{At, Edit};
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use writer::Writer;

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
    let writer = Writer::of(&state, &bearer, (&path.0, &path.1))?;
    let mut body = Body::read(payload, LARGEST, &["name", "path", "content"]).await?;
    let content = body.required_text("content");
    let at = at(&mut body, writer.kind);
    let (content, at) = body.finish(content.zip(at))?;
    let done = writer.write(&Edit::Create { kind: writer.kind, at, content }).await?;
    let mut response = writer.shown(&done, StatusCode::CREATED).await?;
    if let Ok(location) = writer.location(&done).parse() {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

fn at(body: &mut Body, kind: Kind) -> Option<At> {
    let at = place::read(kind, body.text("name"), body.text("path"));
    at.map_err(|(field, problem)| body.problem(field, problem)).ok()
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
    let writer = Writer::of(&state, &bearer, (&path.0, &path.1))?;
    if !conditional::is_conditional(&request) {
        return Err(ApiError::PreconditionRequired);
    }
    let mut body = Body::read(payload, LARGEST, &["content"]).await?;
    let content = body.required_text("content");
    let content = body.finish(content)?;
    let target = writer.target(&path.2, &request).await?;
    let done = writer.write(&Edit::Update { target, content }).await?;
    writer.shown(&done, StatusCode::OK).await
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
    let writer = Writer::of(&state, &bearer, (&path.0, &path.1))?;
    let target = writer.target(&path.2, &request).await?;
    writer.write(&Edit::Delete { target }).await?;
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
    let writer = Writer::of(&state, &bearer, (&path.0, &path.1))?;
    let version = path.3.parse().map_err(|_| ApiError::NotFound("version"))?;
    let target = writer.target(&path.2, &request).await?;
    let done = writer.write(&Edit::Revert { target, version }).await?;
    writer.shown(&done, StatusCode::OK).await
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
    let writer = Writer::of(&state, &bearer, (&path.0, &path.1))?;
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
    let target = writer.target(&path.2, &request).await?;
    let done = writer.write(&Edit::Resolve { target, take, blob }).await?;
    match writer.shown(&done, StatusCode::OK).await {
        // Git's side was that there is no such file.
        Err(ApiError::NotFound(_)) => Ok(HttpResponse::NoContent().finish()),
        shown => shown,
    }
}
