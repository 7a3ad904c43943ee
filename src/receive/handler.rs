//! `POST /webhooks/github`: reads a delivery, has it written down, answers.

use super::ReceiveState;
use super::body;
use super::count::count;
use super::headers::{self, Identity};
use super::letter::Letter;
use super::refusal::Refusal;
use crate::model::DeliveryId;
use crate::store::intake::Outcome;
use actix_web::http::header::HeaderMap;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use serde::Serialize;
use tracing::Instrument;

#[derive(Serialize)]
struct Answer<'a> {
    data: Taken<'a>,
}

/// What is told of a delivery that was taken.
#[derive(Serialize)]
struct Taken<'a> {
    delivery: Option<&'a DeliveryId>,
    event: Option<&'a str>,
    outcome: &'static str,
}

pub(super) async fn receive(state: Data<ReceiveState>, request: HttpRequest, payload: Payload) -> HttpResponse {
    let identity = headers::identity(request.headers());
    let known = identity.as_ref().ok().cloned();
    let span = match &known {
        Some(Identity { id, event }) => tracing::info_span!("delivery", delivery = %id, event),
        None => tracing::info_span!("delivery"),
    };
    async {
        let taken = take(&state, request.headers(), payload, identity).await;
        answer(known.as_ref(), taken)
    }
    .instrument(span)
    .await
}

/// Length and signature are looked at before anything is read, and nothing is told to who has not signed.
async fn take(
    state: &ReceiveState,
    headers: &HeaderMap,
    payload: Payload,
    identity: Result<Identity, Refusal>,
) -> Result<Outcome, Refusal> {
    let announced = body::announced(headers)?;
    let letter = Letter {
        signature: headers::signature(headers)?,
        encoding: headers::encoding(headers),
        identity,
        body: state.reader.read(payload, announced).await?,
    };
    let delivery = letter.open(&state.secrets).await?;
    Ok(state.intakes.of(&delivery).record(delivery).await?)
}

fn answer(identity: Option<&Identity>, taken: Result<Outcome, Refusal>) -> HttpResponse {
    let event = identity.map(|identity| identity.event.as_str());
    match taken {
        Ok(outcome) => {
            count(event, outcome.as_str());
            tracing::info!(%outcome, "delivery taken");
            let delivery = identity.map(|identity| &identity.id);
            HttpResponse::Accepted().json(Answer { data: Taken { delivery, event, outcome: outcome.as_str() } })
        }
        Err(refusal) => {
            count(event, refusal.code());
            tracing::info!(code = refusal.code(), reason = %refusal, "delivery refused");
            refusal.error_response()
        }
    }
}

pub(super) async fn refuse_method() -> HttpResponse {
    Refusal::NotPosted.error_response()
}

/// Before there is a secret nothing can be believed.
pub(super) async fn refuse_early() -> HttpResponse {
    let refusal = Refusal::NotSetUp;
    count(None, refusal.code());
    refusal.error_response()
}
