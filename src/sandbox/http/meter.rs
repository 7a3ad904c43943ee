//! Around every call: it is counted, it costs quota, it may be made to go wrong, and its answer gets GitHub's headers.

use super::conditional::not_modified;
use super::recording::Asked;
use super::{Refusal, access};
use crate::sandbox::options::{ENTERPRISE_VERSION, Edition};
use crate::sandbox::state::{Endpoint, Fault, Hub, Quota, QuotaKey, Resource};
use actix_web::body::{BoxBody, MessageBody, SizedStream, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{ContentType, DATE, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use chrono::Utc;
use futures::{StreamExt, stream};
use serde_json::json;
use std::io::ErrorKind;
use std::time::Duration;

/// Left in the request for the trees endpoint.
#[derive(Clone, Copy, Debug)]
pub struct TreeLimit(pub usize);

pub async fn meter(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let hub = request.app_data::<Data<Hub>>().cloned().ok_or_else(|| Refusal::of_status(500))?;
    let asked = Asked::of(&hub, &mut request).await?;
    let call = Call::of(&hub, &request);
    let fault = call.begin(&hub);
    let refused = match fault.as_ref() {
        Err(refused) => Some(refused.error_response(call.key)),
        Ok(Some(fault)) => suffer(fault, &request).await,
        Ok(None) => None,
    };
    let response = match refused {
        Some(refused) => request.into_response(refused),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    // A proxy's page is no answer of GitHub's.
    let asked = asked.filter(|_| !matches!(fault, Ok(Some(Fault::Page(_)))));
    let mut response = not_modified(response).await?;
    let quota = call.end(&hub, response.status().as_u16());
    add_headers(response.headers_mut(), hub.edition);
    if let Some(quota) = quota {
        add_quota(response.headers_mut(), call.key.1, quota);
    }
    let date = hub.state().now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        response.headers_mut().insert(DATE, date);
    }
    if let Some(asked) = asked {
        response = asked.answered(&hub, response).await?;
    }
    if matches!(fault, Ok(Some(Fault::CutBody))) {
        response = cut_body(response).await?;
    }
    Ok(response)
}

/// A call as far as counting goes.
struct Call {
    endpoint: Endpoint,
    key: QuotaKey,
    path: String,
}

/// The hour's calls are used up.
#[derive(Clone, Copy)]
struct UsedUp;

impl Call {
    fn of(hub: &Hub, request: &ServiceRequest) -> Self {
        let endpoint = Endpoint::of(request.method(), request.path());
        let resource = if endpoint == Endpoint::GraphQl { Resource::GraphQl } else { Resource::Core };
        let token = access::credential(request.headers());
        let installation = token.and_then(|token| hub.state().tokens.get(token).map(|token| token.installation));
        let path = request.uri().path_and_query().map_or_else(String::new, |path| path.as_str().to_owned());
        Self { endpoint, key: (installation, resource), path }
    }

    /// Counts it and takes it from the quota; says what shall go wrong.
    fn begin(&self, hub: &Hub) -> Result<Option<Fault>, UsedUp> {
        let mut state = hub.state();
        state.calls.count(self.endpoint);
        let fault = state.take_fault(self.endpoint, &self.path);
        if let Some(Fault::PrimaryLimit { reset_in }) = fault {
            let reset_at = (Utc::now() + reset_in).timestamp();
            let limit = hub.limits.hourly_calls;
            state.quotas.insert(self.key, Quota { limit, used: limit, reset_at });
            return Err(UsedUp);
        }
        let affordable = self.is_free() || state.quota(hub, self.key).is_none_or(Quota::spend);
        if affordable { Ok(fault) } else { Err(UsedUp) }
    }

    /// Gives back what an unchanged answer does not cost.
    fn end(&self, hub: &Hub, status: u16) -> Option<Quota> {
        let mut state = hub.state();
        let quota = state.quota(hub, self.key)?;
        if status == 304 {
            quota.give_back();
        }
        Some(*quota)
    }

    fn is_free(&self) -> bool {
        matches!(self.endpoint, Endpoint::RateLimit | Endpoint::Meta)
    }
}

impl UsedUp {
    /// GraphQL says it with status 200.
    fn error_response(self, (installation, resource): QuotaKey) -> HttpResponse {
        let whose = installation.map_or_else(|| "this App".to_owned(), |id| format!("installation ID {id}"));
        let message = format!("API rate limit exceeded for {whose}.");
        match resource {
            Resource::Core => Refusal::new(403, message).error_response(),
            Resource::GraphQl => {
                HttpResponse::Ok().json(json!({"errors": [{"type": "RATE_LIMITED", "message": message}]}))
            }
        }
    }
}

/// What takes the place of the answer, if anything does.
async fn suffer(fault: &Fault, request: &ServiceRequest) -> Option<HttpResponse> {
    match fault {
        Fault::Status(status) => return Some(Refusal::of_status(*status).error_response()),
        Fault::Page(status) => return Some(page_of_a_proxy(*status)),
        Fault::SecondaryLimit { status, retry_after } => {
            let seconds = retry_after.map(|time| time.as_secs());
            return Some(Refusal::secondary_limit(*status, seconds).error_response());
        }
        Fault::Delay(time) => tokio::time::sleep(*time).await,
        Fault::TruncateTree { entries } => {
            request.extensions_mut().insert(TreeLimit(*entries));
        }
        Fault::PrimaryLimit { .. } | Fault::CutBody => {}
    }
    None
}

fn page_of_a_proxy(status: u16) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY));
    response.insert_header(ContentType::html()).body("<!doctype html><title>Not here</title>")
}

/// Promises the whole body and sends half of it.
async fn cut_body(response: ServiceResponse) -> Result<ServiceResponse, Error> {
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let bytes = to_bytes(body).await.map_err(|_| Refusal::of_status(500))?;
    let length = bytes.len() as u64;
    let half = bytes.slice(..bytes.len() / 2);
    let end = stream::once(async {
        // The half has to be on its way first, or the headers would be lost with it.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(std::io::Error::from(ErrorKind::ConnectionReset))
    });
    let parts = stream::iter([Ok::<Bytes, std::io::Error>(half)]).chain(end);
    let body = BoxBody::new(SizedStream::new(length, parts));
    Ok(ServiceResponse::new(request, head.set_body(body)))
}

fn add_headers(headers: &mut HeaderMap, edition: Edition) {
    let mut own = vec![("x-github-media-type", "github.v3; format=json")];
    if edition == Edition::EnterpriseServer {
        own.push(("x-github-enterprise-version", ENTERPRISE_VERSION));
    }
    for (name, value) in own {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::new_v4().simple().to_string()) {
        headers.insert(HeaderName::from_static("x-github-request-id"), id);
    }
}

fn add_quota(headers: &mut HeaderMap, resource: Resource, quota: Quota) {
    let numbers = [
        ("x-ratelimit-limit", quota.limit),
        ("x-ratelimit-remaining", quota.remaining()),
        ("x-ratelimit-used", quota.used),
        ("x-ratelimit-reset", quota.reset_at.unsigned_abs()),
    ];
    for (name, number) in numbers {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(number));
    }
    let resource = HeaderValue::from_static(resource.name());
    headers.insert(HeaderName::from_static("x-ratelimit-resource"), resource);
}
