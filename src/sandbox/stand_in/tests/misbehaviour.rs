use super::client::{Scene, options};
use crate::sandbox::{Endpoint, Fault, Limits, Misbehaviour, Quota, StandInOptions};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const TREE: &str = "/repos/octo/demo/git/trees/main?recursive=1";

#[actix_web::test]
async fn a_fault_befalls_the_calls_it_is_meant_for_and_ends() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    scene.stand_in.misbehave(Misbehaviour::new(Fault::Status(502)).on(Endpoint::Tree).times(2));
    assert_eq!(scene.get("/repos/octo/demo").await.status(), 200);
    for expected in [502, 502, 200] {
        assert_eq!(scene.get(TREE).await.status(), expected);
    }
    assert_eq!(scene.stand_in.calls().of(Endpoint::Tree), 3);
    assert_eq!(scene.stand_in.calls().reads(), 4);
}

#[actix_web::test]
async fn the_primary_limit_lasts_until_its_reset() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    let fault = Fault::PrimaryLimit { reset_in: Duration::from_secs(600) };
    scene.stand_in.misbehave(Misbehaviour::new(fault.clone()).on(Endpoint::Tree));
    let refused = scene.get(TREE).await;
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.headers()["x-ratelimit-remaining"], "0");
    let reset: i64 = refused.headers()["x-ratelimit-reset"].to_str().unwrap().parse().unwrap();
    assert!(reset > chrono::Utc::now().timestamp() + 500);
    assert_eq!(scene.get("/repos/octo/demo").await.status(), 403, "the hour is used up for every call");
    let graphql = scene.graphql("{ rateLimit { remaining } }", json!({})).await;
    assert_eq!(graphql["data"]["rateLimit"]["remaining"], 4_999, "GraphQL has its own allowance");
    assert_eq!(scene.json("/rate_limit").await["rate"]["remaining"], 0);
    scene.stand_in.misbehave(Misbehaviour::new(fault).on(Endpoint::GraphQl));
    let graphql = scene.graphql("{ rateLimit { remaining } }", json!({})).await;
    assert_eq!(graphql["errors"][0]["type"], "RATE_LIMITED");
    scene.stand_in.behave();
    assert_eq!(scene.get(TREE).await.status(), 200);
}

#[actix_web::test]
async fn a_quota_is_spent_call_by_call_and_is_whole_again_after_its_reset() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    let now = chrono::Utc::now().timestamp();
    scene.stand_in.set_quota(scene.installation, Quota { limit: 10, used: 9, reset_at: now + 600 });
    assert_eq!(scene.get(TREE).await.headers()["x-ratelimit-remaining"], "0");
    assert_eq!(scene.get(TREE).await.status(), 403);
    scene.stand_in.set_quota(scene.installation, Quota { limit: 10, used: 10, reset_at: now - 1 });
    assert_eq!(scene.get(TREE).await.headers()["x-ratelimit-remaining"], "9");
}

#[actix_web::test]
async fn the_secondary_limit_says_when_to_come_back_or_does_not() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    let told = Fault::SecondaryLimit { status: 403, retry_after: Some(Duration::from_secs(7)) };
    scene.stand_in.misbehave(Misbehaviour::new(told));
    scene.stand_in.misbehave(Misbehaviour::new(Fault::SecondaryLimit { status: 429, retry_after: None }));
    let first = scene.get(TREE).await;
    assert_eq!((first.status().as_u16(), &first.headers()["retry-after"]), (403, &"7".parse().unwrap()));
    let second = scene.get(TREE).await;
    assert_eq!((second.status().as_u16(), second.headers().get("retry-after")), (429, None));
    assert!(second.text().await.unwrap().contains("secondary rate limit"));
}

#[actix_web::test]
async fn answers_come_late_cut_off_or_truncated() {
    let scene = Scene::with(&[("a.txt", "a"), ("b.txt", "b")]).await;
    scene.stand_in.misbehave(Misbehaviour::new(Fault::Delay(Duration::from_millis(80))));
    let started = Instant::now();
    assert_eq!(scene.get(TREE).await.status(), 200);
    assert!(started.elapsed() >= Duration::from_millis(80));
    scene.stand_in.misbehave(Misbehaviour::new(Fault::CutBody));
    let cut = scene.get(TREE).await;
    assert_eq!(cut.status(), 200);
    assert!(cut.json::<Value>().await.is_err());
    scene.stand_in.misbehave(Misbehaviour::new(Fault::TruncateTree { entries: 1 }));
    let truncated = scene.json(TREE).await;
    assert_eq!((&truncated["truncated"], truncated["tree"].as_array().unwrap().len()), (&json!(true), 1));
    assert_eq!(scene.json(TREE).await["truncated"], false);
}

#[actix_web::test]
async fn reads_are_stale_until_they_are_fresh() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    let old = scene.checkout.head();
    let new = scene.checkout.commit(&[("b.txt", "b")], "second");
    let query = "{ repository(owner: \"octo\", name: \"demo\") { defaultBranchRef { target { oid } } } }";
    let head = async || {
        let graphql = scene.graphql(query, json!({})).await;
        let by_graphql = graphql["data"]["repository"]["defaultBranchRef"]["target"]["oid"].clone();
        assert_eq!(scene.json("/repos/octo/demo/commits/main").await["sha"], by_graphql);
        assert_eq!(scene.json("/repos/octo/demo/git/ref/heads/main").await["object"]["sha"], by_graphql);
        by_graphql
    };
    scene.stand_in.stale(scene.repository, &old);
    assert_eq!(head().await, old);
    assert_eq!(scene.json(TREE).await["tree"].as_array().unwrap().len(), 1);
    scene.stand_in.fresh(scene.repository);
    assert_eq!(head().await, new);
}

#[actix_web::test]
async fn tokens_expire_by_time_and_on_demand() {
    let mut scene = Scene::with(&[("a.txt", "a")]).await;
    scene.stand_in.expire_tokens();
    assert_eq!(scene.get(TREE).await.status(), 401);
    scene.renew_token().await;
    assert_eq!(scene.get(TREE).await.status(), 200);
    let limits = Limits { token_lifetime: Duration::ZERO, ..Limits::default() };
    let scene = Scene::of(scene.checkout, StandInOptions { limits, ..options() }).await;
    assert_eq!(scene.get(TREE).await.status(), 401);
}
