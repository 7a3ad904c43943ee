//! The manifest flow: a form that the browser takes to GitHub, and the code that comes back.

use super::super::state::ApiState;
use super::attempt::Attempt;
use super::fields::{Entered, Problem};
use super::{CALLBACK, NotTaken, Setup, attempt, door, page};
use crate::config::StoredApp;
use crate::github::{GitHub, GitHubConfig, ManifestUrls, Registered, Registrar, SecretText, manifest, web_url};
use crate::receive;
use actix_web::http::header::{ORIGIN, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use std::io;
use url::Url;

/// What GitHub sends back.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Returned {
    code: Option<String>,
    state: Option<String>,
}

/// `POST /setup/register`: the page that goes to GitHub.
pub(super) async fn begin(state: web::Data<ApiState>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match door::form(&state, &request, &body) {
        Ok((setup, entered)) => {
            let sent = send_to_github(setup, &request, &entered);
            sent.unwrap_or_else(|problems| page::form(setup, &entered, &problems))
        }
        Err(refused) => *refused,
    }
}

fn send_to_github(setup: &Setup, request: &HttpRequest, entered: &Entered) -> Result<HttpResponse, Vec<Problem>> {
    let mut problems = vec![];
    let api_url = entered.api_url(setup, &mut problems);
    let organization = entered.organization(&mut problems);
    let public_url = entered.public_url(setup, api_url.as_ref(), &mut problems);
    let (Some(api_url), Some(public_url), true) = (api_url, public_url, problems.is_empty()) else {
        return Err(problems);
    };
    let unusable = |reason: String| vec![("This page", reason)];
    let urls = urls(&public_url, &origin(request)).ok_or_else(|| unusable("its own address is not known".into()))?;
    let registrar = Registrar::new(api_url.clone()).map_err(|error| unusable(error.to_string()))?;
    let kept = Some(public_url).filter(|_| setup.0.public_url.is_none());
    let state = setup.0.attempts.begin(Attempt { api_url, public_url: kept });
    let mut there = page::to_github(&registrar.form_url(organization.as_deref(), &state), &manifest(&urls));
    if let Some(cookie) = attempt::cookie(request, Some(&state)) {
        there.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(there)
}

/// The browser comes back to where it is now, which need not be the public address.
fn urls(public_url: &Url, here: &str) -> Option<ManifestUrls> {
    let base = public_url.as_str().trim_end_matches('/');
    let below = |path: &str| Url::parse(&format!("{base}{path}")).ok();
    Some(ManifestUrls {
        home: public_url.clone(),
        webhook: below(receive::PATH)?,
        sign_in: below("/auth/github/callback")?,
        back: Url::parse(&format!("{here}{CALLBACK}")).ok()?,
    })
}

/// Where the browser sees this server; that it is this one was checked when it was let in.
fn origin(request: &HttpRequest) -> String {
    let told = request.headers().get(ORIGIN).and_then(|value| value.to_str().ok());
    let connection = request.connection_info();
    told.filter(|origin| origin.starts_with("http"))
        .map_or_else(|| format!("{}://{}", connection.scheme(), connection.host()), str::to_owned)
}

/// `GET /setup/callback`: exchanges the code for the App.
pub(super) async fn end(state: web::Data<ApiState>, request: HttpRequest) -> HttpResponse {
    let setup = match door::enter(&state, &request) {
        Ok(setup) => setup,
        Err(shut) => return shut.page(),
    };
    let returned = web::Query::<Returned>::from_query(request.query_string()).map(web::Query::into_inner);
    let Returned { code, state } = returned.unwrap_or_default();
    let attempt = state.and_then(|state| setup.0.attempts.end(&request, &state));
    let (Some(code), Some(attempt)) = (code, attempt) else {
        return page::failed("This did not begin in this browser within the last hour, or it was used already.");
    };
    let setup = setup.clone();
    // To its end, also if the browser goes meanwhile: GitHub gives the secrets of an App once.
    let registering = tokio::spawn(async move { register(&setup, &code, attempt).await });
    let registered = registering.await.unwrap_or_else(|error| Err(io::Error::other(error).into()));
    let mut answer = match registered {
        Ok(New { name, install, left }) => page::done(&name, install.as_deref(), left),
        Err(error) => {
            tracing::warn!(%error, "an App was not registered");
            page::failed(&error.to_string())
        }
    };
    if let Some(over) = attempt::cookie(&request, None) {
        answer.headers_mut().append(SET_COOKIE, over);
    }
    answer
}

/// An App that was registered and taken.
struct New {
    name: String,
    /// Where it is installed.
    install: Option<String>,
    /// What its owner has to do.
    left: Option<&'static str>,
}

const NO_SECRET: &str = "GitHub gave the App no webhook secret, and took none: until one is set, here as GITHUB_WEBHOOK_SECRET and on \
    the App's settings page, its webhooks are refused.";

async fn register(setup: &Setup, code: &str, attempt: Attempt) -> Result<New, NotTaken> {
    let Attempt { api_url, public_url } = attempt;
    let registered = Registrar::new(api_url.clone())?.convert(code).await?;
    let Registered { id, slug, name, client_id, client_secret: SecretText(client_secret), pem, webhook_secret } =
        registered;
    let given = webhook_secret.is_some();
    let made = || hex::encode(rand::random::<[u8; 32]>()).into();
    let app = StoredApp {
        id,
        slug,
        client_id: Some(client_id),
        client_secret: Some(client_secret),
        webhook_secret: webhook_secret.map_or_else(made, |SecretText(secret)| secret),
        private_key: pem.0,
        api_url,
        public_url,
    };
    // A key that cannot be used must not be written down: no process would start with it.
    let github = GitHub::new(&GitHubConfig::new(id, app.private_key.clone(), app.api_url.clone()))?;
    let mut left = None;
    if !given && let Err(error) = github.set_webhook_secret(&app.webhook_secret).await {
        tracing::warn!(%error, "GitHub gave no webhook secret and took none; set one in the App's settings");
        left = Some(NO_SECRET);
    }
    setup.take(&app).await?;
    let install = app.slug.as_deref().map(|slug| page::installation_page(&web_url(&app.api_url), slug));
    Ok(New { name, install, left })
}
