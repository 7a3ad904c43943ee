//! Registering an App by its manifest: the form (which asks nobody to confirm), and the exchange of its code.

use super::Refusal;
use crate::sandbox::answer;
use crate::sandbox::state::{App, Hub};
use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use url::{Host, Url};

#[derive(Debug, Deserialize)]
pub struct Asked {
    state: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    name: Option<String>,
    #[serde(rename = "url")]
    _url: Url,
    hook_attributes: Option<Hook>,
    redirect_url: Option<Url>,
    #[serde(default)]
    callback_urls: Vec<Url>,
    #[serde(rename = "setup_url")]
    _setup_url: Option<Url>,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(rename = "public")]
    _public: Option<bool>,
    #[serde(default)]
    default_events: Vec<String>,
    #[serde(default)]
    default_permissions: BTreeMap<String, String>,
    #[serde(rename = "request_oauth_on_install")]
    _request_oauth_on_install: Option<bool>,
    #[serde(rename = "setup_on_update")]
    _setup_on_update: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hook {
    url: Url,
    #[serde(rename = "active")]
    _active: Option<bool>,
}

/// Which permission lets an App hear of an event.
const NEEDED: [(&str, &str); 5] = [
    ("push", "contents"),
    ("pull_request", "pull_requests"),
    ("check_run", "checks"),
    ("check_suite", "checks"),
    ("repository", "metadata"),
];

/// `POST /settings/apps/new` and `POST /organizations/{organization}/settings/apps/new`
pub async fn register(
    hub: Data<Hub>,
    request: HttpRequest,
    asked: Query<Asked>,
    body: Bytes,
) -> Result<HttpResponse, Refusal> {
    let form: HashMap<String, String> = url::form_urlencoded::parse(&body).into_owned().collect();
    let manifest = form.get("manifest").ok_or_else(|| Refusal::new(422, "A manifest is expected"))?;
    let manifest: Manifest =
        serde_json::from_str(manifest).map_err(|error| Refusal::new(422, format!("Invalid manifest: {error}")))?;
    check(&manifest)?;
    let mut back = manifest.redirect_url.clone().ok_or_else(|| invalid("redirect_url"))?;
    let owner = request.match_info().get("organization").unwrap_or("octo-owner").to_owned();
    let mut state = hub.state();
    let code = state.register(app(manifest, owner));
    back.query_pairs_mut().append_pair("code", &code);
    if let Some(text) = &asked.state {
        back.query_pairs_mut().append_pair("state", text);
    }
    Ok(HttpResponse::Found().insert_header(("location", back.as_str())).finish())
}

/// `POST /app-manifests/{code}/conversions`, once for each code, and by whoever has it.
pub async fn convert(hub: Data<Hub>, code: Path<String>) -> Result<HttpResponse, Refusal> {
    let mut state = hub.state();
    if !state.redeem_registration(&code) {
        return Err(Refusal::not_found());
    }
    let mut shown = answer::app(&hub.url, &state.app);
    shown["client_secret"] = state.app.client_secret.clone().into();
    shown["webhook_secret"] = match state.app.webhook_secret.as_str() {
        "" => Value::Null,
        secret => secret.into(),
    };
    shown["pem"] = hub.key.private_pem().into();
    Ok(HttpResponse::Created().json(shown))
}

fn check(manifest: &Manifest) -> Result<(), Refusal> {
    const LONGEST_NAME: usize = 34;
    if manifest.name.as_ref().is_some_and(|name| name.is_empty() || name.len() > LONGEST_NAME) {
        return Err(invalid("name"));
    }
    if manifest.hook_attributes.as_ref().is_some_and(|hook| is_local(&hook.url)) {
        return Err(invalid("hook_attributes.url"));
    }
    if manifest.callback_urls.len() > 10 {
        return Err(invalid("callback_urls"));
    }
    let unheard = |event: &&String| {
        let needed = NEEDED.iter().find(|(name, _)| name == *event);
        needed.is_none_or(|(_, permission)| !manifest.default_permissions.contains_key(*permission))
    };
    match manifest.default_events.iter().find(unheard) {
        Some(event) => Err(Refusal::new(422, format!("Default events unsupported: {event}"))),
        None => Ok(()),
    }
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => true,
    }
}

fn invalid(field: &str) -> Refusal {
    Refusal::invalid("Integration", field, "invalid")
}

fn app(manifest: Manifest, owner: String) -> App {
    let name = manifest.name.unwrap_or_else(|| "unnamed".to_owned());
    let secret = || hex::encode(rand::random::<[u8; 20]>());
    App {
        id: 0,
        slug: name.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-"),
        owner,
        permissions: manifest.default_permissions,
        events: manifest.default_events,
        webhook_secret: if manifest.hook_attributes.is_some() { secret() } else { String::new() },
        webhook_url: manifest.hook_attributes.map(|hook| hook.url.into()),
        webhook_format: Default::default(),
        insecure_ssl: false,
        client_secret: secret(),
        callback_url: manifest.callback_urls.first().map(ToString::to_string),
    }
}
