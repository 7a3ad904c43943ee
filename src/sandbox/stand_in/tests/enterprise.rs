//! What is different on Enterprise Server.

use super::client::{Scene, options};
use super::receiver::heard;
use crate::sandbox::git::fixture::Checkout;
use crate::sandbox::{Edition, Quota, StandInOptions};
use chrono::Utc;
use serde_json::{Value, json};

fn enterprise() -> StandInOptions {
    StandInOptions { edition: Edition::EnterpriseServer, ..options() }
}

#[actix_web::test]
async fn the_api_is_below_the_pages_and_graphql_beside_rest() {
    let scene = Scene::of(Checkout::with(&[("a.txt", "a")]), enterprise()).await;
    let api = scene.stand_in.url();
    assert!(api.ends_with("/api/v3"), "{api}");
    let repository = scene.json("/repos/octo/demo").await;
    assert_eq!(repository["url"], format!("{api}/repos/octo/demo"));
    assert_eq!(repository["html_url"], format!("{}/octo/demo", api.trim_end_matches("/api/v3")));
    let query = json!({"query": "{ rateLimit { limit } }"});
    assert_eq!(scene.post("/../graphql", &query).await.status(), 200);
    assert_eq!(scene.post("/graphql", &query).await.status(), 404);
    assert_eq!(scene.get("/../../repos/octo/demo").await.status(), 404, "that is where github.com has it");
    let cloud = Scene::with(&[]).await;
    assert_eq!(cloud.get("/api/v3/repos/octo/demo").await.status(), 404);
    assert_eq!(cloud.get("/nonsense").await.status(), 404);
}

#[actix_web::test]
async fn nothing_is_counted_before_a_limit_is_set() {
    let scene = Scene::of(Checkout::with(&[("a.txt", "a")]), enterprise()).await;
    let answer = scene.get("/repos/octo/demo").await;
    assert_eq!(answer.headers()["x-github-enterprise-version"], "3.17.0");
    assert!(answer.headers().keys().all(|name| !name.as_str().starts_with("x-ratelimit")), "{:?}", answer.headers());
    assert_eq!(scene.get("/rate_limit").await.status(), 404);
    let reset_at = Utc::now().timestamp() + 600;
    scene.stand_in.set_quota(scene.installation, Quota { limit: 10, used: 9, reset_at });
    assert_eq!(scene.get("/repos/octo/demo").await.headers()["x-ratelimit-remaining"], "0");
    assert_eq!(scene.get("/repos/octo/demo").await.status(), 403);
}

#[actix_web::test]
async fn tokens_are_short_and_webhooks_name_their_server() {
    let (scene, receiver) = heard(Checkout::with(&[("a.txt", "a")]), enterprise()).await;
    let minted: Value = scene.mint().await.json().await.unwrap();
    assert_eq!(minted["token"].as_str().map(str::len), Some(40));
    scene.stand_in.ping().await;
    let ping = &receiver.wait_for(1).await[0];
    assert_eq!(ping.headers["x-github-enterprise-version"], "3.17.0");
    assert!(scene.stand_in.url().contains(&ping.headers["x-github-enterprise-host"]));
}
