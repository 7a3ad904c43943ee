//! A call and its answer, noted where the stand-in records.

use super::Refusal;
use crate::sandbox::state::Hub;
use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, USER_AGENT};
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage};
use futures::stream;
use serde_json::{Map, Value, json};

/// The half of an exchange that is known before its answer.
pub struct Asked(Value);

impl Asked {
    /// `None` where nothing is recorded. What reads the request afterwards finds its body whole.
    pub async fn of(hub: &Hub, request: &mut ServiceRequest) -> Result<Option<Self>, Error> {
        if hub.recorder.is_none() {
            return Ok(None);
        }
        let body = request.extract::<Bytes>().await?;
        let headers = request.headers();
        let header = |name| {
            let values: Vec<&str> = headers.get_all(name).filter_map(|value| value.to_str().ok()).collect();
            (!values.is_empty()).then(|| values.join(", "))
        };
        let path = request.uri().path_and_query().map_or("", |path| path.as_str());
        let asked = json!({
            "kind": "call", "edition": hub.edition.name(), "method": request.method().as_str(), "path": path,
            "agent": header(USER_AGENT), "accept": header(ACCEPT), "contentType": header(CONTENT_TYPE),
            "request": text(&body),
        });
        let again = stream::iter([Ok(body)]);
        request.set_payload(Payload::Stream { payload: Box::pin(again) });
        Ok(Some(Self(asked)))
    }

    pub async fn answered(mut self, hub: &Hub, response: ServiceResponse) -> Result<ServiceResponse, Error> {
        let (request, response) = response.into_parts();
        let (head, body) = response.into_parts();
        let bytes = to_bytes(body).await.map_err(|_| Refusal::of_status(500))?;
        self.0["status"] = head.status().as_u16().into();
        self.0["headers"] = headers(head.headers());
        self.0["response"] = text(&bytes);
        if let Some(recorder) = &hub.recorder {
            recorder.note(&self.0);
        }
        Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(bytes))))
    }
}

fn headers(headers: &HeaderMap) -> Value {
    let text = |value: &actix_web::http::header::HeaderValue| value.to_str().map(str::to_owned).unwrap_or_default();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value).into())).collect::<Map<_, _>>().into()
}

/// `null` for bytes that are no text.
fn text(bytes: &[u8]) -> Value {
    std::str::from_utf8(bytes).map_or(Value::Null, Value::from)
}
