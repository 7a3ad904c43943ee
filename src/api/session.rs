//! People who signed in with GitHub: a cookie instead of a token.

use super::auth::{Bearer, REMEMBERED};
use super::error::ApiError;
use super::state::ApiState;
use super::{cookie, seal};
use crate::github::{GitHubError, Reach, UserFlow};
use crate::model::{Actor, SessionId};
use crate::store::rows::session::SessionRow;
use crate::store::tokens::hash;
use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{HOST, ORIGIN};
use chrono::{NaiveDateTime, TimeDelta};
use moka::future::Cache;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use url::Url;

/// From then on GitHub is asked again what the user can reach.
const FRESH: TimeDelta = TimeDelta::minutes(5);
/// What GitHub said longer ago is not believed, even if GitHub does not answer.
const BELIEVED: TimeDelta = TimeDelta::minutes(10);
/// For programs that carry a cookie: no other site can make a browser send it.
const OWN_HEADER: &str = "x-requested-with";
const LONGEST: usize = 200;

/// Sessions by the hash of their cookie, remembered for a few seconds; asked for once by however many requests.
#[derive(Clone, Debug)]
pub(super) struct Sessions {
    flow: Arc<UserFlow>,
    known: Cache<String, Option<Bearer>>,
}

impl Sessions {
    pub(super) fn new(flow: UserFlow) -> Self {
        Self { flow: Arc::new(flow), known: Cache::builder().max_capacity(10_000).time_to_live(REMEMBERED).build() }
    }

    pub(super) fn flow(&self) -> &UserFlow {
        &self.flow
    }

    pub(super) async fn bearer(&self, state: &ApiState, cookie: &str) -> Result<Bearer, ApiError> {
        if cookie.len() > LONGEST {
            return Err(ApiError::Unauthorized);
        }
        let found = self.known.try_get_with(hash(cookie), self.look_up(state, cookie.into())).await;
        found.map_err(|_: Arc<ApiError>| ApiError::NotChecked)?.ok_or(ApiError::Unauthorized)
    }

    pub(super) async fn forget(&self, cookie: &str) {
        self.known.invalidate(&hash(cookie)).await;
    }

    async fn look_up(&self, state: &ApiState, cookie: SecretString) -> Result<Option<Bearer>, ApiError> {
        let found = state.store.live_session(&hash(cookie.expose_secret())).await.inspect_err(log);
        let Some(row) = found? else {
            return Ok(None);
        };
        let now = state.store.now().await.inspect_err(log)?;
        let Some(reach) = self.checked(state, &row, &cookie, now).await? else {
            return Ok(None);
        };
        let workspaces = state.store.reached_workspaces(&reach.0).await.inspect_err(log)?;
        Ok(Some(Bearer::signed_in(Actor::User { id: row.user_id, login: row.login }, workspaces)))
    }

    /// What the user can reach; `None` if GitHub says that the sign-in is over.
    async fn checked(
        &self,
        state: &ApiState,
        row: &SessionRow,
        cookie: &SecretString,
        now: NaiveDateTime,
    ) -> Result<Option<Reach>, ApiError> {
        let known = serde_json::from_value(row.reach.clone()).ok();
        let age = now - row.checked_at;
        if let Some(known) = known.clone().filter(|_| age < FRESH) {
            return Ok(Some(known));
        }
        let Some(token) = seal::open(cookie, &row.sealed_token) else {
            return Ok(None);
        };
        match self.flow.reach(&token).await {
            Ok(reach) => {
                let id = SessionId::from_text(row.id.clone());
                state.store.note_reach(&id, &reach.0).await.inspect_err(log)?;
                Ok(Some(reach))
            }
            Err(GitHubError::Unauthorized { .. }) => {
                state.store.close_session(&row.hash).await.inspect_err(log)?;
                Ok(None)
            }
            Err(error) => {
                tracing::warn!(%error, session = row.id, "what a signed-in user can reach could not be asked");
                known.filter(|_| age < BELIEVED).map(Some).ok_or(ApiError::NotChecked)
            }
        }
    }
}

/// The error itself goes no further than the answer of those who waited for it.
fn log(error: &crate::store::StoreError) {
    tracing::error!(%error, "a session could not be looked up");
}

/// The bearer of the session's cookie, where the request has one. A request that writes must show that no other site made
/// the browser send it.
pub(super) async fn bearer(state: &ApiState, request: &HttpRequest) -> Result<Bearer, ApiError> {
    let (Some(sessions), Some(cookie)) = (&state.sessions, cookie::read(state, request, cookie::SESSION)) else {
        return Err(ApiError::Unauthorized);
    };
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    if !reads && !is_own(request, state.public_url.as_ref()) {
        return Err(ApiError::CrossSite);
    }
    sessions.bearer(state, cookie).await
}

/// Whether a page of this server, or no page at all, sent the request.
pub(super) fn is_own(request: &HttpRequest, public_url: Option<&Url>) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if header(OWN_HEADER).is_some() {
        return true;
    }
    if let Some(site) = header("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = header(ORIGIN.as_str()) else {
        return false;
    };
    match public_url {
        Some(url) => url.origin().ascii_serialization() == origin,
        None => header(HOST.as_str()).is_some_and(|host| origin.split_once("://").is_some_and(|(_, at)| at == host)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn own(headers: &[(&str, &str)], public_url: Option<&str>) -> bool {
        let request = TestRequest::post().insert_header(("host", "registry.example.com"));
        let request = headers.iter().fold(request, |request, header| request.insert_header(*header));
        is_own(&request.to_http_request(), public_url.map(|url| Url::parse(url).unwrap()).as_ref())
    }

    #[test]
    fn only_pages_of_this_server_may_write_by_cookie() {
        assert!(own(&[("sec-fetch-site", "same-origin")], None));
        assert!(!own(&[("sec-fetch-site", "same-site")], None));
        assert!(!own(&[("sec-fetch-site", "cross-site"), ("origin", "https://registry.example.com")], None));
        assert!(own(&[("origin", "https://registry.example.com")], None));
        assert!(!own(&[("origin", "https://evil.example.com")], None));
        assert!(!own(&[("origin", "null")], None));
        assert!(!own(&[], None), "a browser that tells nothing is not believed");
        assert!(own(&[("x-requested-with", "a program")], None));
        let public = Some("https://public.example.com/");
        assert!(own(&[("origin", "https://public.example.com")], public));
        assert!(!own(&[("origin", "https://registry.example.com")], public));
    }
}
