//! Registrations that were begun: what comes back has to belong to one of them, in time, from the same browser, and once.

use super::cookie;
use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;
use url::Url;

/// GitHub's own patience with a code.
const LIFETIME: Duration = Duration::from_secs(3600);
/// Whoever begins more often loses the oldest.
const MOST: usize = 16;

#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub api_url: Url,
    /// As it was entered, if the environment does not say.
    pub public_url: Option<Url>,
}

#[derive(Debug, Default)]
pub(super) struct Attempts(Mutex<HashMap<String, (Instant, Attempt)>>);

impl Attempts {
    /// What GitHub has to bring back.
    pub(super) fn begin(&self, attempt: Attempt) -> String {
        let state = hex::encode(rand::random::<[u8; 32]>());
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, (begun, _)| begun.elapsed() < LIFETIME);
        let oldest = open.iter().min_by_key(|(_, (begun, _))| *begun).map(|(state, _)| state.clone());
        if let Some(oldest) = oldest.filter(|_| open.len() >= MOST) {
            open.remove(&oldest);
        }
        open.insert(state.clone(), (Instant::now(), attempt));
        state
    }

    /// The attempt that came back, which is over by that.
    pub(super) fn end(&self, request: &HttpRequest, state: &str) -> Option<Attempt> {
        let own = cookie::read(request, cookie::ATTEMPT)?;
        if !bool::from(own.as_bytes().ct_eq(state.as_bytes())) {
            return None;
        }
        let (begun, attempt) = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(state)?;
        (begun.elapsed() < LIFETIME).then_some(attempt)
    }
}

/// Binds the attempt to the browser; without a state, forgets it.
pub(super) fn cookie(request: &HttpRequest, state: Option<&str>) -> Option<HeaderValue> {
    let seconds = if state.is_some() { LIFETIME.as_secs() } else { 0 };
    cookie::set(request, cookie::ATTEMPT, state.unwrap_or_default(), seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn attempt() -> Attempt {
        Attempt { api_url: Url::parse("https://api.github.com").unwrap(), public_url: None }
    }

    fn back(state: &str) -> HttpRequest {
        TestRequest::get().insert_header(("cookie", format!("{}={state}", cookie::ATTEMPT))).to_http_request()
    }

    #[test]
    fn an_attempt_ends_once_in_the_browser_that_began_it() {
        let attempts = Attempts::default();
        let (state, other) = (attempts.begin(attempt()), attempts.begin(attempt()));
        assert!(attempts.end(&TestRequest::get().to_http_request(), &state).is_none());
        assert!(attempts.end(&back(&other), &state).is_none());
        assert!(attempts.end(&back("x"), "x").is_none(), "of nobody");
        assert!(attempts.end(&back(&state), &state).is_some());
        assert!(attempts.end(&back(&state), &state).is_none(), "a second time");
    }

    #[test]
    fn the_oldest_give_way_and_the_late_are_too_late() {
        let attempts = Attempts::default();
        let first = attempts.begin(attempt());
        let others: Vec<String> = (0..MOST).map(|_| attempts.begin(attempt())).collect();
        assert!(attempts.end(&back(&first), &first).is_none());
        let late = others.last().unwrap();
        if let Some(before) = Instant::now().checked_sub(LIFETIME) {
            attempts.0.lock().unwrap().get_mut(late).unwrap().0 = before;
            assert!(attempts.end(&back(late), late).is_none());
        }
    }
}
