//! Registering an App by its manifest.

use super::client::options;
use crate::sandbox::StandIn;
use reqwest::{Client, Response};
use serde_json::{Value, json};

fn manifest(changes: &Value) -> Value {
    let mut manifest = json!({
        "name": "My Registry", "url": "https://registry.example.com",
        "hook_attributes": {"url": "https://registry.example.com/hook"},
        "redirect_url": "http://127.0.0.1:1/back?x=1",
        "default_permissions": {"contents": "read"}, "default_events": ["push"],
    });
    let changed = changes.as_object().cloned().unwrap_or_default();
    manifest.as_object_mut().unwrap().extend(changed);
    manifest
}

async fn register(stand_in: &StandIn, path: &str, manifest: &Value) -> Response {
    let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let form = serde_urlencoded::to_string([("manifest", manifest.to_string())]).unwrap();
    let request = http.post(format!("{}{path}", stand_in.url())).body(form);
    request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap()
}

#[actix_web::test]
async fn a_code_is_exchanged_for_the_app_once() {
    let stand_in = StandIn::start(options()).unwrap();
    let before = stand_in.app_id();
    let path = "/organizations/octo/settings/apps/new?state=s";
    let answer = register(&stand_in, path, &manifest(&json!({}))).await;
    assert_eq!(answer.status(), 302);
    let place = answer.headers()["location"].to_str().unwrap().to_owned();
    let code = place.strip_prefix("http://127.0.0.1:1/back?x=1&code=").and_then(|rest| rest.strip_suffix("&state=s"));
    let exchange = || async {
        let url = format!("{}/app-manifests/{}/conversions", stand_in.url(), code.unwrap());
        Client::new().post(url).send().await.unwrap()
    };
    let first = exchange().await;
    assert_eq!(first.status(), 201);
    let app: Value = first.json().await.unwrap();
    assert_eq!((app["slug"].as_str(), app["owner"]["login"].as_str()), (Some("my-registry"), Some("octo")));
    assert_eq!((&app["permissions"], &app["events"]), (&json!({"contents": "read"}), &json!(["push"])));
    assert_ne!(app["id"], before);
    assert_eq!(
        (app["id"].as_i64(), app["webhook_secret"].as_str()),
        (Some(stand_in.app_id()), Some(&*stand_in.webhook_secret()))
    );
    assert_eq!(exchange().await.status(), 404);
}

#[actix_web::test]
async fn a_manifest_that_github_would_not_take_is_refused() {
    let stand_in = StandIn::start(options()).unwrap();
    for changes in [
        json!({"url": null}),
        json!({"name": "x".repeat(35)}),
        json!({"hook_attributes": {"url": "http://localhost:3000/hook"}}),
        json!({"hook_attributes": {"url": "http://127.0.0.1/hook"}}),
        json!({"default_events": ["pull_request"]}),
        json!({"webhook_secret": "mine"}),
    ] {
        let answer = register(&stand_in, "/settings/apps/new", &manifest(&changes)).await;
        assert_eq!(answer.status(), 422, "{changes}");
    }
    assert_eq!(stand_in.app_id(), options().app_id, "nothing was registered");
}
