//! `GET …/sync/stream`: what happens in a workspace, as server-sent events.
//!
//! In: the events that transactions wrote. Out: the same, in order and each once, to any number of readers. [`feeds`] reads
//! them from the database once for all readers of this process; [`watch`] is one reader, which goes on from its own number
//! whatever it missed; [`frame`] is how they look on the wire.

mod feeds;
mod frame;
mod watch;

pub use feeds::Feeds;

use super::answer::{Problems, refuse_unknown};
use super::auth::Bearer;
use super::code::Code;
use super::definitions::kind_of;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use crate::model::{Kind, WorkspaceId};
use crate::store::tokens::Role;
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, web};
use utoipa::IntoParams;
use watch::{Begin, May, Watch};

const CONTENT: &str = "text/event-stream; charset=utf-8";

/// For the document: the query is read by [`begin`].
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only described")]
struct StreamQuery {
    /// The last event that was seen, for clients that cannot send the header.
    #[param(rename = "lastEventId", example = "41")]
    last_event_id: Option<String>,
}

fn operation(id: &'static str, summary: &'static str) -> Operation {
    Operation::read(id, summary)
        .about("The events are `ready`, `progress`, `completed`, `invalidate` and `reset`; the document EVENTS.md of the repository tells what each says.")
        .query::<StreamQuery>()
        .header("Last-Event-ID", "The last event that was seen: what came after it is told. Browsers send it by themselves.", "41")
        .answers_text(CONTENT, "id: 41\nevent: ready\ndata: {}\n\n")
        .refuses(Code::TooManyStreams)
}

pub(super) fn all_operation() -> Operation {
    operation("watch", "What happens in a workspace, as server-sent events.")
}

pub(super) fn of_kind_operation() -> Operation {
    operation("watchKind", "The same without what concerns other kinds only.")
}

/// `GET /api/workspaces/{id}/sync/stream`
pub(super) async fn all(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    stream(&state, &bearer, WorkspaceId::from_text(path.into_inner()), None, request).await
}

/// `GET /api/workspaces/{id}/{kind}/sync/stream`: leaves out what invalidates other kinds only.
pub(super) async fn of_kind(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let kind = kind_of(&path.1)?;
    stream(&state, &bearer, WorkspaceId::from_text(path.0.clone()), Some(kind), request).await
}

async fn stream(
    state: &ApiState,
    bearer: &Bearer,
    workspace: WorkspaceId,
    kind: Option<Kind>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    bearer.may(Role::Read, &workspace)?;
    let begin = begin(&request)?;
    let mut answer = HttpResponse::Ok();
    answer.insert_header((CONTENT_TYPE, CONTENT));
    answer.insert_header((CACHE_CONTROL, "no-store"));
    // Else nginx gathers what should go on at once.
    answer.insert_header(("X-Accel-Buffering", "no"));
    let seat = state.feeds.join(&workspace).await?;
    if request.method() == Method::HEAD {
        return Ok(answer.finish());
    }
    let watch = Watch::new(seat, kind, begin, still_may(request, workspace));
    Ok(answer.streaming(watch.into_stream()))
}

/// Who asks may be refused later on: everything that was asked of the request is asked again.
fn still_may(request: HttpRequest, workspace: WorkspaceId) -> May {
    Box::new(move || {
        let (request, workspace) = (request.clone(), workspace.clone());
        Box::pin(async move {
            let bearer = Bearer::from_request(&request, &mut dev::Payload::None).await;
            match bearer.and_then(|bearer| bearer.may(Role::Read, &workspace)) {
                // That nobody can tell just now is no refusal.
                Ok(()) | Err(ApiError::Store(_)) => true,
                Err(_) => false,
            }
        })
    })
}

/// From the header that browsers send when they come back, or from the parameter, for the first time.
fn begin(request: &HttpRequest) -> Result<Begin, ApiError> {
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["lastEventId"], &mut problems);
    problems.settle()?;
    let header = request.headers().get("Last-Event-ID").map(|value| value.to_str().unwrap_or("unreadable").to_owned());
    let asked = url::form_urlencoded::parse(request.query_string().as_bytes());
    let parameter = || asked.into_owned().find(|(name, _)| name == "lastEventId").map(|(_, value)| value);
    Ok(match header.or_else(parameter).as_deref() {
        None | Some("") => Begin::Now,
        // What is no number of ours is no event that is kept.
        Some(text) => {
            text.parse().ok().filter(|number| (0..i64::MAX).contains(number)).map_or(Begin::Unknown, Begin::After)
        }
    })
}
