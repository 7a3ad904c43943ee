//! How deliveries go out, in and out of order.

use super::client::{Scene, options};
use super::receiver::heard;
use crate::sandbox::git::fixture::Checkout;
use crate::sandbox::webhook::signature;
use crate::sandbox::{DeliveryMode, WebhookFormat};
use reqwest::Method;
use serde_json::Value;
use std::time::Duration;

#[actix_web::test]
async fn deliveries_are_held_reordered_doubled_and_lost() {
    let (scene, receiver) = heard(Checkout::with(&[("a.txt", "a")]), options()).await;
    scene.stand_in.set_delivery_mode(DeliveryMode::Held);
    for text in ["b", "c", "d"] {
        scene.checkout.commit(&[("a.txt", text)], text);
        scene.stand_in.announce_pushes(scene.repository).await.unwrap();
    }
    let held = scene.stand_in.held();
    assert_eq!(held.len(), 3);
    assert!(scene.stand_in.lose(&held[1].guid));
    assert!(scene.stand_in.deliver(&held[2].guid).await.unwrap().is_ok());
    assert!(scene.stand_in.deliver_again(&held[2].guid).await.unwrap().redelivery);
    scene.stand_in.deliver_all().await;
    let guids: Vec<String> = receiver.received().iter().map(|push| push.headers["x-github-delivery"].clone()).collect();
    assert_eq!(guids, [&*held[2].guid, &held[2].guid, &held[0].guid]);
    assert!(scene.stand_in.held().is_empty());

    scene.stand_in.set_delivery_mode(DeliveryMode::Never);
    scene.stand_in.ping().await;
    scene.stand_in.set_delivery_mode(DeliveryMode::Twice);
    scene.stand_in.ping().await;
    scene.stand_in.set_delivery_mode(DeliveryMode::Late(Duration::from_millis(30)));
    scene.stand_in.ping().await;
    assert_eq!(receiver.received().len(), 5);
    receiver.wait_for(6).await;
}

#[actix_web::test]
async fn a_failed_delivery_is_listed_and_sent_again_on_request_only() {
    let (scene, receiver) = heard(Checkout::with(&[]), options()).await;
    receiver.answer_with(503);
    let guid = scene.stand_in.ping().await;
    scene.stand_in.ping().await;
    let failures: Value = scene.by_app(Method::GET, "/app/hook/deliveries?status=failure").await.json().await.unwrap();
    assert_eq!(failures.as_array().unwrap().len(), 2);
    assert_eq!(failures[1]["guid"], guid);
    assert_eq!(failures[1]["status"], "Invalid HTTP Response: 503");
    let first_page = scene.by_app(Method::GET, "/app/hook/deliveries?per_page=1").await;
    let link = first_page.headers()["link"].to_str().unwrap();
    assert!(link.contains(&format!("cursor={}", failures[0]["id"])), "{link}");
    receiver.answer_with(200);
    let path = format!("/app/hook/deliveries/{}", failures[1]["id"]);
    assert_eq!(scene.by_app(Method::POST, &format!("{path}/attempts")).await.status(), 202);
    let again = receiver.wait_for(3).await;
    assert_eq!(again[2].headers["x-github-delivery"], guid);
    let full: Value = scene.by_app(Method::GET, &path).await.json().await.unwrap();
    assert_eq!(full["request"]["payload"]["hook_id"], 1);
    assert_eq!(full["response"]["payload"], "noted");
    assert_eq!(receiver.received().len(), 3, "nothing is tried again by itself");
}

#[actix_web::test]
async fn nobody_listening_is_a_failed_delivery() {
    let scene = Scene::with(&[]).await;
    scene.stand_in.ping().await;
    scene.stand_in.set_webhook_url("http://127.0.0.1:9/hook");
    scene.stand_in.ping().await;
    let statuses: Vec<String> = scene.stand_in.deliveries().into_iter().map(|attempt| attempt.status).collect();
    assert_eq!(statuses, ["the App has no webhook URL", "failed to connect to host"]);
}

#[actix_web::test]
async fn a_form_is_signed_as_it_is_sent() {
    let (scene, receiver) = heard(Checkout::with(&[]), options()).await;
    scene.stand_in.set_webhook_format(WebhookFormat::Form);
    scene.stand_in.ping().await;
    let ping = &receiver.received()[0];
    assert_eq!(ping.headers["content-type"], "application/x-www-form-urlencoded");
    assert!(ping.body.starts_with(b"payload=%7B"));
    assert_eq!(ping.headers["x-hub-signature-256"], signature(&scene.stand_in.webhook_secret(), &ping.body));
}

#[actix_web::test]
async fn settings_and_installations_tell_what_changed() {
    let scene = Scene::with(&[]).await;
    let stand_in = &scene.stand_in;
    stand_in.set_delivery_mode(DeliveryMode::Held);
    let payload = |guid: String| stand_in.payload(&guid).unwrap();
    let renamed = payload(stand_in.rename_repository(scene.repository, "octo/new").await.unwrap());
    assert_eq!(renamed["changes"]["repository"]["name"]["from"], "demo");
    assert_eq!(renamed["repository"]["full_name"], "octo/new");
    let edited = payload(stand_in.change_default_branch(scene.repository, "trunk").await.unwrap());
    assert_eq!(edited["changes"]["default_branch"]["from"], "main");
    let archived = payload(stand_in.archive(scene.repository, true).await.unwrap());
    assert_eq!(archived["repository"]["archived"], true);
    let created = payload(stand_in.announce_installation(scene.installation).await.unwrap());
    assert_eq!(created["repositories"][0]["full_name"], "octo/new");
    let added = payload(stand_in.announce_repository(scene.repository).await.unwrap());
    assert_eq!(added["repositories_added"][0]["id"], scene.repository);
    let suspended = payload(stand_in.suspend(scene.installation).await.unwrap());
    assert!(suspended["installation"]["suspended_at"].is_string());
    scene.checkout.commit(&[], "unheard");
    assert!(stand_in.announce_pushes(scene.repository).await.unwrap().is_empty(), "suspended: no push is told");
    let removed = payload(stand_in.remove_repository(scene.repository).await.unwrap());
    assert_eq!(removed["repositories_removed"][0]["full_name"], "octo/new");
}
