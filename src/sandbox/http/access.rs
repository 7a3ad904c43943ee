//! Who asks, and what they may see: the App by its JSON web token, an installation by its token.

use super::Refusal;
use crate::sandbox::state::{HostedRepository, Hub, State, Token};
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use serde_json::Value;
use std::future::{Ready, ready};

/// Proof that the request was signed with the App's key.
#[derive(Debug)]
pub struct ByApp;

/// The token that a request came with, live.
#[derive(Debug)]
pub struct ByInstallation(pub Token);

/// The repository that the path names, open to the token that the request came with.
#[derive(Debug)]
pub struct Target(pub HostedRepository);

#[derive(Deserialize)]
struct Claims {
    iss: Value,
    exp: i64,
    iat: Option<i64>,
}

impl FromRequest for ByApp {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(check_app(request).map(|()| Self))
    }
}

impl FromRequest for ByInstallation {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(hub_of(request).and_then(|hub| live_token(&hub.state(), request)).map(Self))
    }
}

impl FromRequest for Target {
    type Error = Refusal;
    type Future = Ready<Result<Self, Refusal>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(find_target(request).map(Self))
    }
}

/// The text behind `Authorization: Bearer` (or GitHub's older `token`).
pub fn credential(request: &actix_web::http::header::HeaderMap) -> Option<&str> {
    let (scheme, credential) = request.get("authorization")?.to_str().ok()?.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("token");
    known.then_some(credential.trim())
}

fn hub_of(request: &HttpRequest) -> Result<&Data<Hub>, Refusal> {
    request.app_data::<Data<Hub>>().ok_or_else(|| Refusal::of_status(500))
}

fn check_app(request: &HttpRequest) -> Result<(), Refusal> {
    const LONGEST_LIFE: i64 = 600;
    const CLOCK_DRIFT: i64 = 60;
    let hub = hub_of(request)?;
    let text = credential(request.headers())
        .ok_or_else(|| Refusal::new(401, "A JSON web token could not be decoded: none was sent as a Bearer"))?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false; // checked below, with GitHub's own bounds
    let claims = jsonwebtoken::decode::<Claims>(text, hub.key.public(), &validation)
        .map_err(|error| Refusal::new(401, format!("A JSON web token could not be decoded: {error}")))?
        .claims;
    let now = hub.state().now().timestamp();
    let issuer = claims.iss.as_str().map_or_else(|| claims.iss.to_string(), str::to_owned);
    let problem = if issuer != hub.state().app.id.to_string() {
        "'Issuer' claim ('iss') does not name this App"
    } else if claims.exp <= now {
        "'Expiration time' claim ('exp') must be in the future"
    } else if claims.exp > now + LONGEST_LIFE + CLOCK_DRIFT {
        "'Expiration time' claim ('exp') is too far in the future"
    } else if claims.iat.is_none_or(|iat| iat > now + CLOCK_DRIFT) {
        "'Issued at' claim ('iat') must be a time in the past"
    } else {
        return Ok(());
    };
    Err(Refusal::new(401, problem))
}

fn live_token(state: &State, request: &HttpRequest) -> Result<Token, Refusal> {
    let text = credential(request.headers()).ok_or_else(|| Refusal::new(401, "Requires authentication"))?;
    let token = state.tokens.get(text).filter(|token| !token.is_expired());
    let token = token.ok_or_else(|| Refusal::new(401, "Bad credentials"))?;
    match state.installations.get(&token.installation) {
        None => Err(Refusal::new(401, "Bad credentials")),
        Some(installation) if installation.suspended_at.is_some() => {
            Err(Refusal::new(403, "This installation has been suspended"))
        }
        Some(_) => Ok(token.clone()),
    }
}

fn find_target(request: &HttpRequest) -> Result<HostedRepository, Refusal> {
    let state = hub_of(request)?.state();
    let token = live_token(&state, request)?;
    let part = |name| request.match_info().get(name).unwrap_or_default();
    let asked_name = format!("{}/{}", part("owner"), part("repo"));
    let found = match part("id") {
        "" => state.repository_named(&asked_name),
        id => id.parse().ok().and_then(|id| state.repositories.get(&id)),
    };
    let found = found.filter(|found| found.installation == token.installation && token.reaches(found.id));
    let found = found.ok_or_else(Refusal::not_found)?;
    if part("id").is_empty() && !found.full_name.eq_ignore_ascii_case(&asked_name) {
        return Err(moved(request, &asked_name, found.id));
    }
    Ok(found.clone())
}

/// A renamed repository sends its readers to the address that never changes.
fn moved(request: &HttpRequest, asked_name: &str, id: i64) -> Refusal {
    let connection = request.connection_info();
    let asked = format!("/repos/{asked_name}");
    let path = request.uri().path_and_query().map_or("", |path| path.as_str());
    let location = path.replacen(&asked, &format!("/repositories/{id}"), 1);
    let status = if request.method() == Method::GET { 301 } else { 307 };
    Refusal::moved(status, format!("{}://{}{location}", connection.scheme(), connection.host()))
}
