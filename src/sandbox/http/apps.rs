//! The App, its installations, and their tokens.

use super::access::{ByApp, ByInstallation};
use super::page::Page;
use super::{Refusal, access};
use crate::sandbox::answer;
use crate::sandbox::state::{Hub, Installation, State};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::SecondsFormat;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The body of a request for a token; all of it may be left out.
#[derive(Debug, Default, Deserialize)]
struct TokenRequest {
    repositories: Option<Vec<String>>,
    repository_ids: Option<Vec<i64>>,
}

pub async fn app(_: ByApp, hub: Data<Hub>) -> HttpResponse {
    HttpResponse::Ok().json(answer::app(&hub.url, &hub.state().app))
}

pub async fn installations(_: ByApp, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let page = Page::of(&request)?;
    let state = hub.state();
    let all: Vec<Value> =
        state.installations.values().map(|found| answer::installation(&hub.url, &state.app, found)).collect();
    let (items, next) = page.cut(all, &request);
    let mut response = HttpResponse::Ok();
    next.into_iter().for_each(|link| {
        response.insert_header(link);
    });
    Ok(response.json(items))
}

pub async fn installation(_: ByApp, hub: Data<Hub>, id: Path<i64>) -> Result<HttpResponse, Refusal> {
    let state = hub.state();
    let found = find(&state, *id)?;
    Ok(HttpResponse::Ok().json(answer::installation(&hub.url, &state.app, found)))
}

pub async fn access_token(_: ByApp, hub: Data<Hub>, id: Path<i64>, body: Bytes) -> Result<HttpResponse, Refusal> {
    let mut state = hub.state();
    let found = find(&state, *id)?;
    if found.suspended_at.is_some() {
        return Err(Refusal::new(403, "This installation has been suspended"));
    }
    let permissions = found.permissions.clone();
    let narrowed = narrow(&state, *id, &body)?;
    let minted = state.mint(*id, narrowed, hub.limits.token_lifetime, hub.edition);
    let (text, token) = minted.map_err(|error| Refusal::new(500, error.to_string()))?;
    Ok(HttpResponse::Created().json(json!({
        "token": text, "expires_at": token.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "permissions": permissions, "repository_selection": "selected",
    })))
}

pub async fn revoke_token(_: ByInstallation, hub: Data<Hub>, request: HttpRequest) -> HttpResponse {
    if let Some(token) = access::credential(request.headers()) {
        hub.state().tokens.remove(token);
    }
    HttpResponse::NoContent().finish()
}

fn find(state: &State, id: i64) -> Result<&Installation, Refusal> {
    state.installations.get(&id).ok_or_else(Refusal::not_found)
}

/// The repositories that the body asks for, if it asks for some.
fn narrow(state: &State, installation: i64, body: &[u8]) -> Result<Option<BTreeSet<i64>>, Refusal> {
    if body.is_empty() {
        return Ok(None);
    }
    let wanted: TokenRequest = serde_json::from_slice(body).map_err(|_| Refusal::new(400, "Problems parsing JSON"))?;
    if wanted.repositories.is_none() && wanted.repository_ids.is_none() {
        return Ok(None);
    }
    let names = wanted.repositories.unwrap_or_default();
    let ids = wanted.repository_ids.unwrap_or_default();
    let granted = state.repositories_of(installation);
    let found: BTreeSet<i64> = granted
        .iter()
        .filter(|repository| names.iter().any(|name| name == repository.name()) || ids.contains(&repository.id))
        .map(|repository| repository.id)
        .collect();
    if found.len() < names.len().max(ids.len()) {
        let message = "There is at least one repository that does not exist or is not accessible to the installation.";
        return Err(Refusal::new(422, message));
    }
    Ok(Some(found))
}
