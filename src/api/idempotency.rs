//! `Idempotency-Key`: a request that makes something is done once, however often it is sent.
//!
//! Around every route that makes something. The answer of a request that was done is kept for a day under its sender and key,
//! and given again to the same request; one that was refused has done nothing and leaves its key free. Who hangs up does not
//! stop what was begun. A process that dies with a request in hand holds the key for half a minute; whoever comes then does it
//! again, which is as safe as the route itself.

use super::auth::Bearer;
use super::error::ApiError;
use super::state::ApiState;
use crate::model::WorkspaceId;
use crate::store::idempotency::{Claim, Claimed, StoredAnswer};
use crate::store::tokens::Role;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, LOCATION};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes};
use actix_web::{Error, HttpMessage, HttpResponse};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::pin::pin;
use std::time::Duration;

pub(super) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LONGEST_KEY: usize = 255;
/// Bytes of a body: as many as the route with the largest takes.
pub(super) const LARGEST_BODY: usize = 16 * 1024 * 1024;
/// Well within the lease.
const RENEWED_EVERY: Duration = Duration::from_secs(8);
/// What of an answer is kept beside its status and body.
const KEPT_HEADERS: [HeaderName; 3] = [CONTENT_TYPE, LOCATION, ETAG];

pub(super) async fn once(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (state, claim) = match claim(&mut request).await {
        Ok(Some(claim)) => claim,
        Ok(None) => return Ok(next.call(request).await?.map_into_boxed_body()),
        Err(error) => return Ok(request.error_response(error)),
    };
    let claimed = state.store.claim_key(&claim).await.map_err(ApiError::from);
    let answer = match claimed {
        Ok(Claimed::Free) => return run(state, claim, request, next).await,
        Ok(Claimed::Answered(answer)) => replay(&answer),
        Ok(Claimed::Running) => Err(ApiError::KeyInUse),
        Ok(Claimed::Other) => Err(ApiError::KeyOfAnother),
        Err(error) => Err(error),
    };
    Ok(match answer {
        Ok(response) => request.into_response(response),
        Err(error) => request.error_response(error),
    })
}

/// What the request claims; nothing if it has no key. Who may not write is told so by the handler, and leaves no trace.
async fn claim(request: &mut ServiceRequest) -> Result<Option<(web::Data<ApiState>, Claim)>, ApiError> {
    let Some(key) = key(request.headers())? else {
        return Ok(None);
    };
    let (bearer, state) = (request.extract::<Bearer>().await, request.extract::<web::Data<ApiState>>().await);
    let (Ok(bearer), Ok(state)) = (bearer, state) else {
        return Ok(None);
    };
    // What was answered before is no business of somebody who may not write there any more.
    let home = WorkspaceId::from_text(request.match_info().get("id").unwrap_or_default());
    if bearer.may(Role::Write, &home).is_err() {
        return Ok(None);
    }
    let digest = digest(request).await?;
    let attempt = uuid::Uuid::new_v4().to_string();
    let claim = Claim { bearer: bearer.actor().to_string(), key, request: digest, attempt };
    // For the handler.
    request.extensions_mut().insert(bearer);
    Ok(Some((state, claim)))
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let mut given = headers.get_all(KEY);
    let Some(key) = given.next() else {
        return Ok(None);
    };
    let is_good =
        |text: &&str| (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    match (key.to_str().ok().filter(is_good), given.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => {
            let problem = format!("one text of 1 to {LONGEST_KEY} visible ASCII characters is expected");
            Err(ApiError::Invalid(vec![("Idempotency-Key".to_owned(), problem)]))
        }
    }
}

/// Of all that the request asks for; its body is read, and put back for the handler.
async fn digest(request: &mut ServiceRequest) -> Result<String, ApiError> {
    let broken = |error: Error| ApiError::Invalid(vec![("body".to_owned(), error.to_string())]);
    let payload = request.extract::<web::Payload>().await.map_err(broken)?;
    let body = payload.to_bytes_limited(LARGEST_BODY).await.map_err(|_| ApiError::TooLarge(LARGEST_BODY))?;
    let body = body.map_err(broken)?;
    let mut hash = Sha256::new();
    let parts = [request.method().as_str(), request.path(), request.query_string()];
    let seen = request.headers().get_all(IF_MATCH).map(HeaderValue::as_bytes);
    for part in parts.map(str::as_bytes).into_iter().chain(seen).chain([body.as_ref()]) {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    let digest = hex::encode(hash.finalize());
    request.set_payload(Payload::Stream { payload: Box::pin(futures::stream::once(async { Ok(body) })) });
    Ok(digest)
}

/// On a task of its own, so that it comes to its end although the sender hangs up.
async fn run(
    state: web::Data<ApiState>,
    claim: Claim,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (for_task, of_task) = (state.clone(), claim.clone());
    let answering = actix_web::rt::spawn(async move {
        let mut handled = pin!(next.call(request));
        let response = loop {
            tokio::select! {
                response = &mut handled => break response,
                () = tokio::time::sleep(RENEWED_EVERY) => renew(&for_task, &of_task).await,
            }
        };
        keep(&for_task, &of_task, response?.map_into_boxed_body()).await
    });
    match answering.await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(error)) => {
            release(&state, &claim).await;
            Err(error)
        }
        Err(_panicked) => {
            release(&state, &claim).await;
            Err(ApiError::Internal.into())
        }
    }
}

/// Keeps the answer of what was done, and frees the key of what was refused.
async fn keep(
    state: &ApiState,
    claim: &Claim,
    response: ServiceResponse<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !response.status().is_success() {
        release(state, claim).await;
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body: Bytes = body.try_into_bytes().map_err(|_| ApiError::Internal)?;
    let named = |name: &HeaderName| Some((name.to_string(), head.headers().get(name)?.to_str().ok()?.into()));
    let headers: Map<String, Value> = KEPT_HEADERS.iter().filter_map(named).collect();
    let answer = StoredAnswer { status: head.status().as_u16(), headers: Value::Object(headers), body: body.to_vec() };
    if let Err(error) = state.store.answer_key(claim, &answer).await {
        tracing::error!(%error, key = claim.key, "an answer was not kept: the same request would be done again");
    }
    Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(body))))
}

async fn renew(state: &ApiState, claim: &Claim) {
    match state.store.renew_key(claim).await {
        Ok(true) => {}
        Ok(false) => {
            tracing::warn!(key = claim.key, "an idempotency key was taken over while its request is under way");
        }
        Err(error) => tracing::warn!(%error, key = claim.key, "an idempotency key was not renewed"),
    }
}

async fn release(state: &ApiState, claim: &Claim) {
    if let Err(error) = state.store.release_key(claim).await {
        tracing::warn!(%error, key = claim.key, "an idempotency key is held until its lease ends");
    }
}

fn replay(answer: &StoredAnswer) -> Result<HttpResponse, ApiError> {
    let status = answer.status.try_into().map_err(|_| ApiError::Internal)?;
    let mut response = HttpResponse::build(status);
    for (name, value) in answer.headers.as_object().into_iter().flatten() {
        response.insert_header((name.as_str(), value.as_str().unwrap_or_default()));
    }
    response.insert_header((REPLAYED, HeaderValue::from_static("true")));
    Ok(response.body(answer.body.clone()))
}
