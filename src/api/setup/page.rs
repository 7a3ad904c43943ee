//! The pages: no script but the one that goes on to GitHub by itself, nothing from elsewhere, nothing secret.

use super::super::openapi::escaped;
use super::Setup;
use super::fields::{Entered, Problem};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, HeaderValue, LOCATION, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

const STYLE: &str = include_str!("page.css");
const GO_ON: &str = "document.forms[0].submit()";

/// What a page may do beside being read.
#[derive(Default)]
struct May<'a> {
    /// Whither its forms go beside this server.
    post_to: Option<&'a Url>,
    run_script: bool,
}

/// The way in: register an App, or name one.
pub(super) fn form(setup: &Setup, entered: &Entered, problems: &[Problem]) -> HttpResponse {
    let told: String =
        problems.iter().map(|(field, problem)| format!("<li><b>{field}</b>: {}</li>", escaped(problem))).collect();
    let told = if told.is_empty() { told } else { format!("<ul class=\"problems\">{told}</ul>") };
    let github = match &setup.0.api_url {
        Some(url) => format!("<p>GitHub is at <code>{}</code>, as GITHUB_API_URL says.</p>", escaped(url.as_str())),
        None => input("github", "GitHub", entered.github(), "for Enterprise Server, its address"),
    };
    let body = format!(
        "<h1>Set up dotcursor</h1><p>This server has no GitHub App yet. Registering one takes two clicks: GitHub shows what the \
         App may do, you confirm, and choose the repositories.</p>{told}{}{}",
        register_form(setup, entered, &github),
        app_form(entered, &github),
    );
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page(status, &body, &May::default())
}

fn register_form(setup: &Setup, entered: &Entered, github: &str) -> String {
    let public_url = match &setup.0.public_url {
        Some(url) => {
            let url = escaped(url.as_str());
            format!("<p>GitHub reaches this server at <code>{url}</code>, as DOTCURSOR_PUBLIC_URL says.</p>")
        }
        None => {
            let about = "where GitHub and people reach this server, as https://registry.example.com";
            input("public_url", "Public address", &entered.public_url, about)
        }
    };
    let about = "which will own the App; empty for your own account";
    let organization = input("organization", "Organization", &entered.organization, about);
    format!(
        "<form method=\"post\" action=\"/setup/register\">{github}{organization}{public_url}\
         <button>Register the App on GitHub</button></form>"
    )
}

fn app_form(entered: &Entered, github: &str) -> String {
    let open = if entered.app_id.is_empty() { "" } else { " open" };
    let fields = [
        input("app_id", "App id", &entered.app_id, "the number on the App's settings page"),
        "<label><span>Private key</span><small>all of the .pem file</small>\
         <textarea name=\"private_key\" autocomplete=\"off\" spellcheck=\"false\"></textarea></label>"
            .to_owned(),
        secret("webhook_secret", "Webhook secret", "as in the App's settings"),
        input("client_id", "Client id", &entered.client_id, "for signing in with GitHub; empty if nobody shall"),
        secret("client_secret", "Client secret", "of the same"),
    ];
    format!(
        "<details{open}><summary>There is an App already</summary><form method=\"post\" action=\"/setup/app\">{github}{}\
         <button>Use this App</button></form></details>",
        fields.concat()
    )
}

/// Takes the manifest to GitHub: by itself, or by a button where there are no scripts.
pub(super) fn to_github(there: &Url, manifest: &Value) -> HttpResponse {
    let body = format!(
        "<h1>On to GitHub</h1><form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"manifest\" value=\"{}\">\
         <p>GitHub asks you to confirm the App's name.</p><button>Go on to {}</button></form><script>{GO_ON}</script>",
        escaped(there.as_str()),
        escaped(&manifest.to_string()),
        escaped(there.host_str().unwrap_or("GitHub")),
    );
    page(StatusCode::OK, &body, &May { post_to: Some(there), run_script: true })
}

/// There is an App from now on; `left` is what is left to do. Nothing more comes on this connection: the process is about to
/// start over.
pub(super) fn done(name: &str, install: Option<&str>, left: Option<&str>) -> HttpResponse {
    let left = left.map_or_else(String::new, |left| format!("<ul class=\"problems\"><li>{}</li></ul>", escaped(left)));
    let body = format!(
        "<h1>{} is set up</h1>{left}<p>The server goes to work with it by itself, within seconds.</p>{}\
         <p><code>dotcursor doctor</code> tells whether all is in order.</p>",
        escaped(name),
        install_link(install),
    );
    let mut page = page(StatusCode::OK, &body, &May::default());
    page.head_mut().set_connection_type(actix_web::http::ConnectionType::Close);
    page
}

/// For whoever comes later, and whoever comes by chance.
pub(super) fn has_its_app(install: Option<&str>) -> HttpResponse {
    let body = format!(
        "<h1>This server has its App</h1>{}<p>What it can be asked: <a href=\"/docs\">/docs</a>.</p>",
        install_link(install)
    );
    page(StatusCode::OK, &body, &May::default())
}

pub(super) fn locked() -> HttpResponse {
    let body = "<h1>This page is locked</h1><p>It sets up the GitHub App of this server. Open it by the address that the server \
         printed when it started, which holds a token; a new start prints a new one.</p>";
    page(StatusCode::FORBIDDEN, body, &May::default())
}

pub(super) fn failed(why: &str) -> HttpResponse {
    let body = format!(
        "<h1>No App was set up</h1><p>{}</p><p>If GitHub shows a new App in the settings, delete it there first.</p>\
         <p><a class=\"button\" href=\"/setup\">Begin again</a></p>",
        escaped(why),
    );
    page(StatusCode::BAD_REQUEST, &body, &May::default())
}

pub(super) fn see_other(place: &'static str, cookie: Option<HeaderValue>) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((LOCATION, place)).insert_header((CACHE_CONTROL, "no-store"));
    response.insert_header((REFERRER_POLICY, "no-referrer"));
    if let Some(cookie) = cookie {
        response.insert_header((SET_COOKIE, cookie));
    }
    response.finish()
}

/// Where an App's owner chooses its repositories.
pub fn installation_page(web: &Url, slug: &str) -> String {
    // Enterprise Server keeps its Apps elsewhere.
    let of_github = web.host_str().is_some_and(|host| host == "github.com" || host.ends_with(".ghe.com"));
    let folder = if of_github { "apps" } else { "github-apps" };
    format!("{}/{folder}/{slug}/installations/new", web.as_str().trim_end_matches('/'))
}

fn install_link(install: Option<&str>) -> String {
    let Some(there) = install else {
        return "<p>Install it from the App's page on GitHub.</p>".to_owned();
    };
    format!("<p><a class=\"button\" href=\"{}\">Install it on your repositories</a> (on GitHub)</p>", escaped(there))
}

fn input(name: &str, label: &str, value: &str, about: &str) -> String {
    let value = escaped(value.trim());
    format!("<label><span>{label}</span><small>{about}</small><input name=\"{name}\" value=\"{value}\"></label>")
}

/// Never filled in.
fn secret(name: &str, label: &str, about: &str) -> String {
    let kind = "type=\"password\" autocomplete=\"off\"";
    format!("<label><span>{label}</span><small>{about}</small><input {kind} name=\"{name}\"></label>")
}

fn page(status: StatusCode, body: &str, may: &May<'_>) -> HttpResponse {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Set up dotcursor</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    );
    HttpResponse::build(status)
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, policy(may)))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        // With none at all, browsers would not say either which page a form comes from.
        .insert_header((REFERRER_POLICY, "strict-origin"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(html)
}

fn policy(may: &May<'_>) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let script = if may.run_script { format!("; script-src {}", hash(GO_ON)) } else { String::new() };
    let post_to = may.post_to.map_or_else(String::new, |url| format!(" {}", url.origin().ascii_serialization()));
    format!(
        "default-src 'none'; style-src {}{script}; form-action 'self'{post_to}; base-uri 'none'; frame-ancestors 'none'",
        hash(STYLE)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_is_installed_where_its_github_is() {
        let at = |web: &str| installation_page(&Url::parse(web).unwrap(), "my-app");
        assert_eq!(at("https://github.com"), "https://github.com/apps/my-app/installations/new");
        assert_eq!(at("https://ghe.example.com/"), "https://ghe.example.com/github-apps/my-app/installations/new");
    }

    #[test]
    fn the_policy_lets_one_script_run_and_forms_go_to_one_place() {
        let there = Url::parse("https://github.com/settings/apps/new?state=x").unwrap();
        let policy = policy(&May { post_to: Some(&there), run_script: true });
        assert!(policy.contains("form-action 'self' https://github.com;"), "{policy}");
        assert!(policy.contains(&STANDARD.encode(Sha256::digest(GO_ON))), "{policy}");
        assert!(!super::policy(&May::default()).contains("script-src"));
    }
}
