//! How much each token may ask in a minute, of this process.

use super::auth::Bearer;
use super::error::ApiError;
use super::state::ApiState;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, ResponseError};
use chrono::Utc;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);
/// So many askers are counted at a time.
const MOST_ASKERS: usize = 50_000;

/// Cheap to clone; the clones count together.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    a_minute: u32,
    windows: Arc<Mutex<HashMap<String, Window>>>,
}

#[derive(Clone, Copy, Debug)]
struct Window {
    begun: Instant,
    asked: u32,
}

/// What is left to an asker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Allowance {
    limit: u32,
    /// `None`: too much was asked.
    remaining: Option<u32>,
    seconds: u64,
}

impl Limits {
    pub(super) fn new(a_minute: u32) -> Self {
        Self { a_minute, windows: Arc::default() }
    }

    fn take(&self, asker: &str, now: Instant) -> Allowance {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MOST_ASKERS && !windows.contains_key(asker) {
            windows.retain(|_, window| !window.is_over(now));
            if windows.len() >= MOST_ASKERS {
                // Forgetting is in the askers' favour, and memory stays bounded.
                windows.clear();
            }
        }
        let fresh = Window { begun: now, asked: 0 };
        let window = windows.entry(asker.to_owned()).or_insert(fresh);
        if window.is_over(now) {
            *window = fresh;
        }
        window.asked = window.asked.saturating_add(1);
        let left = WINDOW.saturating_sub(now.duration_since(window.begun));
        Allowance {
            limit: self.a_minute,
            remaining: self.a_minute.checked_sub(window.asked),
            seconds: left.as_secs() + u64::from(left.subsec_nanos() > 0),
        }
    }
}

impl Window {
    fn is_over(&self, now: Instant) -> bool {
        now.duration_since(self.begun) >= WINDOW
    }
}

impl Allowance {
    /// The names are GitHub's.
    fn tell(self, headers: &mut HeaderMap) {
        let reset = Utc::now().timestamp().saturating_add_unsigned(self.seconds);
        headers.insert(HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(self.limit));
        let remaining = HeaderValue::from(self.remaining.unwrap_or(0));
        headers.insert(HeaderName::from_static("x-ratelimit-remaining"), remaining);
        headers.insert(HeaderName::from_static("x-ratelimit-reset"), HeaderValue::from(reset));
        if self.remaining.is_none() {
            headers.insert(RETRY_AFTER, HeaderValue::from(self.seconds));
        }
    }
}

/// Counts the request for whoever sent it: a token, a user, or an address that has neither.
pub(super) async fn count<B: MessageBody + 'static>(
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let Some(limits) = limits(&request) else {
        return Ok(next.call(request).await?.map_into_left_body());
    };
    let asker = match request.extract::<Bearer>().await {
        Ok(bearer) => {
            let asker = bearer.actor().to_string();
            // Found out once a request.
            request.extensions_mut().insert(bearer);
            asker
        }
        Err(_) => address(&request),
    };
    admit(limits.take(&asker, Instant::now()), request, next).await
}

/// The same for those who are about to sign in or out: whoever they are by then, each of their requests may ask GitHub.
pub(super) async fn count_by_address<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match limits(&request).map(|limits| limits.take(&address(&request), Instant::now())) {
        Some(allowance) => admit(allowance, request, next).await,
        None => Ok(next.call(request).await?.map_into_left_body()),
    }
}

fn limits(request: &ServiceRequest) -> Option<Limits> {
    request.app_data::<Data<ApiState>>().and_then(|state| state.limits.clone())
}

fn address(request: &ServiceRequest) -> String {
    request.peer_addr().map_or_else(String::new, |address| address.ip().to_string())
}

async fn admit<B: MessageBody + 'static>(
    allowance: Allowance,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let mut response = if allowance.remaining.is_some() {
        next.call(request).await?.map_into_left_body()
    } else {
        request.into_response(ApiError::TooManyRequests.error_response()).map_into_right_body()
    };
    allowance.tell(response.headers_mut());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_asker_has_its_own_minute() {
        let limits = Limits::new(2);
        let start = Instant::now();
        let remaining = |asker: &str, after| limits.take(asker, start + Duration::from_secs(after)).remaining;
        assert_eq!([remaining("a", 0), remaining("a", 1), remaining("a", 2)], [Some(1), Some(0), None]);
        assert_eq!(remaining("b", 2), Some(1));
        assert_eq!(limits.take("a", start + Duration::from_millis(30_500)).seconds, 30);
        assert_eq!(remaining("a", 60), Some(1));
    }

    #[test]
    fn memory_stays_bounded() {
        let limits = Limits::new(1);
        let start = Instant::now();
        for number in 0..MOST_ASKERS * 2 {
            limits.take(&number.to_string(), start);
        }
        assert!(limits.windows.lock().unwrap().len() <= MOST_ASKERS);
    }
}
