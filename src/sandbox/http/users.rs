//! People who sign in: the authorize page (which asks nobody anything), the exchange of its code, and what a user can reach.

use super::Refusal;
use super::access::credential;
use super::page::Page;
use crate::sandbox::answer;
use crate::sandbox::state::{Code, Hub, State};
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use url::Url;

const LIFETIME_SECONDS: u64 = 8 * 3600;

#[derive(Debug, Deserialize)]
pub struct Asked {
    client_id: String,
    state: Option<String>,
    redirect_uri: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

/// `GET /login/oauth/authorize`
pub async fn authorize(hub: Data<Hub>, asked: Query<Asked>) -> Result<HttpResponse, Refusal> {
    let mut state = hub.state();
    if asked.client_id != state.app.client_id() {
        return Err(Refusal::not_found());
    }
    if asked.code_challenge.is_some() && asked.code_challenge_method.as_deref() != Some("S256") {
        return Err(Refusal::new(400, "Only the code_challenge_method S256 is supported"));
    }
    let callback = state.app.callback_url.clone();
    let redirect = match (&asked.redirect_uri, callback) {
        (Some(asked), Some(known)) if *asked != known => {
            return Err(Refusal::new(400, "The redirect_uri is not associated with this application."));
        }
        (Some(redirect), _) => redirect.clone(),
        (None, Some(callback)) => callback,
        (None, None) => return Err(Refusal::new(400, "The application has no callback URL")),
    };
    let mut place = Url::parse(&redirect).map_err(|error| Refusal::new(400, error.to_string()))?;
    if let Some(text) = &asked.state {
        place.query_pairs_mut().append_pair("state", text);
    }
    match state.users.current.clone() {
        Some(login) => {
            let code = Code { login, challenge: asked.code_challenge.clone(), redirect: asked.redirect_uri.clone() };
            let code = state.users.authorize(code);
            place.query_pairs_mut().append_pair("code", &code);
        }
        None => {
            place.query_pairs_mut().append_pair("error", "access_denied");
        }
    }
    Ok(HttpResponse::Found().insert_header(("location", place.as_str())).finish())
}

/// `POST /login/oauth/access_token`: 200 also for a refusal, as at GitHub.
pub async fn exchange(hub: Data<Hub>, body: Bytes) -> HttpResponse {
    let form: HashMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| form.get(name).map(String::as_str);
    let mut state = hub.state();
    let own = field("client_id") == Some(state.app.client_id().as_str())
        && field("client_secret") == Some(state.app.client_secret.as_str());
    if !own {
        return refused("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.");
    }
    // A code is good once, whatever comes of it.
    let code = field("code").and_then(|code| state.users.redeem(code));
    let code =
        code.filter(|code| proves(code, field("code_verifier")) && code.redirect.as_deref() == field("redirect_uri"));
    let Some(code) = code else {
        return refused("bad_verification_code", "The code passed is incorrect or expired.");
    };
    let token = state.users.mint(&code.login);
    HttpResponse::Ok().json(json!({
        "access_token": token, "expires_in": LIFETIME_SECONDS, "refresh_token": "ghr_none",
        "refresh_token_expires_in": 15_811_200, "token_type": "bearer", "scope": "",
    }))
}

fn proves(code: &Code, verifier: Option<&str>) -> bool {
    let Some(challenge) = &code.challenge else {
        return true;
    };
    verifier.is_some_and(|verifier| URL_SAFE_NO_PAD.encode(Sha256::digest(verifier)) == *challenge)
}

fn refused(error: &str, description: &str) -> HttpResponse {
    HttpResponse::Ok().json(json!({"error": error, "error_description": description}))
}

/// `GET /user`
pub async fn user(hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let login = login_of(&hub.state(), &request)?;
    Ok(HttpResponse::Ok().json(answer::user(&hub.url, &login)))
}

/// `GET /user/installations`
pub async fn installations(hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let state = hub.state();
    let login = login_of(&state, &request)?;
    let reached = state.installations.values().filter(|found| !state.reached_by(&login, found.id).is_empty());
    let all: Vec<Value> = reached.map(|found| answer::installation(&hub.url, &state.app, found)).collect();
    Ok(paged(&page, &request, "installations", all))
}

/// `GET /user/installations/{installation}/repositories`
pub async fn repositories(hub: Data<Hub>, id: Path<i64>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let state = hub.state();
    let login = login_of(&state, &request)?;
    let reached = state.reached_by(&login, *id);
    if reached.is_empty() {
        return Err(Refusal::not_found());
    }
    let all = reached.iter().filter_map(|(id, pushes)| {
        let mut shown = json!(answer::repository(&hub.url, state.repositories.get(id)?));
        shown["permissions"] =
            json!({"admin": false, "maintain": false, "push": pushes, "triage": pushes, "pull": true});
        Some(shown)
    });
    Ok(paged(&page, &request, "repositories", all.collect()))
}

fn paged(page: &Page, request: &HttpRequest, name: &str, all: Vec<Value>) -> HttpResponse {
    let total = all.len();
    let (items, next) = page.cut(all, request);
    let mut response = HttpResponse::Ok();
    next.into_iter().for_each(|link| {
        response.insert_header(link);
    });
    response.json(json!({"total_count": total, name: items}))
}

fn login_of(state: &State, request: &HttpRequest) -> Result<String, Refusal> {
    let token = credential(request.headers()).ok_or_else(|| Refusal::new(401, "Requires authentication"))?;
    let login = state.users.of_token(token).ok_or_else(|| Refusal::new(401, "Bad credentials"))?;
    Ok(login.to_owned())
}
