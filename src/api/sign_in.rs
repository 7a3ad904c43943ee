//! "Sign in with GitHub": to GitHub, back with a code, out.

use super::error::ApiError;
use super::openapi::Operation;
use super::session::{Sessions, is_own};
use super::state::ApiState;
use super::{cookie, seal};
use crate::api::code::Code;
use crate::github::{Attempt, GitHubError};
use crate::store::sessions::NewSession;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, LOCATION, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use utoipa::IntoParams;

const CALLBACK: &str = "auth/github/callback";
/// Where somebody goes who wanted nothing else.
const USUAL_PLACE: &str = "/api/workspaces";
const LONGEST_PLACE: usize = 1000;
/// How long somebody may take at GitHub.
const ATTEMPT_SECONDS: u64 = 600;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// The path on this server to go to afterwards.
    #[serde(rename = "returnTo")]
    #[param(example = "/docs")]
    return_to: Option<String>,
}

/// What GitHub sends back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Returned {
    /// Stands for the user's token, once.
    code: Option<String>,
    /// As it was sent to GitHub.
    state: Option<String>,
    /// Why there is no code.
    error: Option<String>,
}

pub(super) fn begin_operation() -> Operation {
    Operation::open("signIn", "Sends the browser to GitHub, to sign in.")
        .about("There is no such route unless the App's client id and secret are set. Whoever comes back has a session, a cookie that opens the workspaces of which the user can reach every repository.")
        .query::<Wanted>()
        .answers_elsewhere("To GitHub.")
        .refuses(Code::NotFound)
        .refuses(Code::NotSetUp)
}

/// `GET /auth/github`
pub(super) async fn begin(state: web::Data<ApiState>, wanted: web::Query<Wanted>) -> Result<HttpResponse, ApiError> {
    let sessions = sessions(&state)?;
    let place = wanted.return_to.as_deref().filter(|place| is_local(place)).unwrap_or(USUAL_PLACE);
    let (token, verifier) = (random(), random());
    let redirect = redirect(&state);
    let attempt = Attempt { state: &token, verifier: &verifier, redirect: redirect.as_deref() };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let there = sessions.flow().authorize_url(attempt, &challenge);
    let kept = format!("{token}.{verifier}.{}", URL_SAFE_NO_PAD.encode(place));
    let kept = cookie::set(&state, cookie::ATTEMPT, &kept, ATTEMPT_SECONDS);
    elsewhere(there.as_str(), [kept])
}

pub(super) fn callback_operation() -> Operation {
    Operation::open("signInCallback", "Where GitHub sends the browser back to.")
        .query::<Returned>()
        .answers_elsewhere("Signed in, and where the browser wanted to go.")
        .refuses(Code::NotFound)
        .refuses(Code::SignInFailed)
        .refuses(Code::NotSetUp)
        .refuses(Code::Unavailable)
}

/// `GET /auth/github/callback`
pub(super) async fn callback(
    state: web::Data<ApiState>,
    returned: web::Query<Returned>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let sessions = sessions(&state)?;
    if returned.error.is_some() {
        return Err(ApiError::SignInFailed("GitHub did not let you in, or you did not want to"));
    }
    let kept = cookie::read(&state, &request, cookie::ATTEMPT).and_then(read_attempt);
    let (token, verifier, place) = kept.ok_or(ApiError::SignInFailed("it took too long, or cookies are not kept"))?;
    let own = returned.state.as_deref().is_some_and(|state| state.as_bytes().ct_eq(token.as_bytes()).into());
    let Some(code) = returned.code.as_deref().filter(|_| own) else {
        return Err(ApiError::SignInFailed("it did not begin in this browser"));
    };
    let redirect = redirect(&state);
    let attempt = Attempt { state: &token, verifier: &verifier, redirect: redirect.as_deref() };
    let cookie = open(&state, sessions, code, attempt).await?;
    let over = cookie::set(&state, cookie::ATTEMPT, "", 0);
    elsewhere(&place, [Some(cookie), over])
}

/// Makes the session, and the cookie that opens it.
async fn open(
    state: &ApiState,
    sessions: &Sessions,
    code: &str,
    attempt: Attempt<'_>,
) -> Result<HeaderValue, ApiError> {
    let flow = sessions.flow();
    let token = flow.exchange(code, attempt).await.map_err(|error| refused(&error))?;
    let user = flow.user(&token.text).await.map_err(|error| refused(&error))?;
    let reach = flow.reach(&token.text).await.map_err(|error| refused(&error))?;
    let text: SecretString = random().into();
    let lifetime = TimeDelta::from_std(token.lifetime).unwrap_or(TimeDelta::hours(1));
    let session = NewSession {
        sealed_token: seal::seal(&text, &token.text).map_err(|_| ApiError::Internal)?,
        user_id: user.id,
        login: user.login,
        reach: reach.0,
        expires_at: state.store.now().await? + lifetime,
        cookie: text.clone(),
    };
    state.store.open_session(&session).await?;
    let cookie = cookie::set(state, cookie::SESSION, text.expose_secret(), token.lifetime.as_secs());
    cookie.ok_or(ApiError::Internal)
}

fn refused(error: &GitHubError) -> ApiError {
    tracing::warn!(%error, "somebody could not be signed in");
    match error {
        GitHubError::Unauthorized { .. } => ApiError::SignInFailed("GitHub does not know the code any more"),
        _ => ApiError::NotChecked,
    }
}

pub(super) fn out_operation() -> Operation {
    Operation::open("signOut", "Ends the session of the cookie, if there is one.")
        .about("As every write by cookie it must come from a page of this server, or with a header `X-Requested-With`.")
        .answers_nothing()
        .example_header("X-Requested-With: curl")
        .refuses(Code::CrossSite)
        .refuses(Code::Unavailable)
}

/// `POST /auth/sign-out`
pub(super) async fn out(state: web::Data<ApiState>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    if !is_own(&request, state.public_url.as_ref()) {
        return Err(ApiError::CrossSite);
    }
    if let Some(cookie) = cookie::read(&state, &request, cookie::SESSION) {
        state.store.close_session(&crate::store::tokens::hash(cookie)).await?;
        if let Some(sessions) = &state.sessions {
            sessions.forget(cookie).await;
        }
    }
    let mut response = HttpResponse::NoContent();
    cookie::set(&state, cookie::SESSION, "", 0).into_iter().for_each(|over| {
        response.insert_header((SET_COOKIE, over));
    });
    Ok(response.finish())
}

fn sessions(state: &ApiState) -> Result<&Sessions, ApiError> {
    state.needs_app()?;
    state.sessions.as_ref().ok_or(ApiError::NotFound("route"))
}

/// The callback as GitHub has to know it; left to the App's settings where the public address is not known.
fn redirect(state: &ApiState) -> Option<String> {
    let base = state.public_url.as_ref()?.as_str().trim_end_matches('/');
    Some(format!("{base}/{CALLBACK}"))
}

/// 256 random bits.
fn random() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// A path of this server: not `//elsewhere`, and nothing that a browser reads as that.
fn is_local(place: &str) -> bool {
    let plain = place.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    plain && place.len() <= LONGEST_PLACE && place.starts_with('/') && !place.starts_with("//")
}

/// State, verifier and place.
fn read_attempt(kept: &str) -> Option<(String, String, String)> {
    let mut parts = kept.splitn(3, '.');
    let (state, verifier) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let place = String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
    // The cookie is the browser's: what it holds is judged again.
    is_local(&place).then_some((state, verifier, place))
}

fn elsewhere(place: &str, cookies: impl IntoIterator<Item = Option<HeaderValue>>) -> Result<HttpResponse, ApiError> {
    let place = HeaderValue::from_str(place).map_err(|_| ApiError::Internal)?;
    let mut response = HttpResponse::Found();
    response.insert_header((LOCATION, place)).insert_header((CACHE_CONTROL, "no-store"));
    for cookie in cookies.into_iter().flatten() {
        response.append_header((SET_COOKIE, cookie));
    }
    Ok(response.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_server() {
        for local in ["/", "/api/workspaces?page=2", "/docs#rules"] {
            assert!(is_local(local), "{local}");
        }
        for foreign in
            ["", "//evil.example.com", "/\\evil.example.com", "https://evil.example.com", "docs", "/a b", "/\n"]
        {
            assert!(!is_local(foreign), "{foreign}");
        }
    }
}
