//! The examples of webhooks that GitHub has published: whatever they tell of, they are taken.

use crate::support::{Repo, Setup, TestApp};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::path::{Path, PathBuf};

/// `scripts/honest` runs it and says where the examples are.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs the examples of @octokit/webhooks-examples: scripts/honest"]
async fn published_examples() {
    let folder = PathBuf::from(std::env::var_os("DOTCURSOR_TEST_EXAMPLES").expect("DOTCURSOR_TEST_EXAMPLES"));
    let app = TestApp::start(Setup::Embedded).await;
    let repo = Repo::with(&[(".cursor/rules/style.mdc", "A.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    let mut sent = 0;
    for edition in ["api.github.com", "ghes-31", "ghes-32", "ghes-33", "ghes-34", "ghes-35"] {
        for (event, payload) in examples(&folder.join(edition).join("index.json")) {
            let (status, answer) = send(&app, &event, &payload).await;
            assert_eq!(status, 202, "{edition}, {event} {}: {answer}", payload["action"]);
            sent += 1;
        }
    }
    assert!(sent > 700, "{sent} examples");
    // They tell of repositories that are not there: nobody else's work stands still for that.
    let head = repo.commit(&[(".cursor/rules/style.mdc", "B.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
}

/// Each with the name of its event.
fn examples(index: &Path) -> Vec<(String, Value)> {
    let text = std::fs::read_to_string(index).expect("the examples of an edition");
    let events: Vec<Value> = serde_json::from_str(&text).expect("a list of events");
    let mut all = Vec::new();
    for event in events {
        let name = event["name"].as_str().expect("the name of an event").to_owned();
        let examples = event["examples"].as_array().expect("examples").iter();
        all.extend(examples.map(|example| (name.clone(), example.clone())));
    }
    all
}

async fn send(app: &TestApp, event: &str, payload: &Value) -> (u16, String) {
    let body = payload.to_string();
    let mac = Hmac::<Sha256>::new_from_slice(app.github.webhook_secret().as_bytes()).expect("a key of any length");
    let signature = hex::encode(mac.chain_update(&body).finalize().into_bytes());
    let request = reqwest::Client::new()
        .post(format!("{}/webhooks/github", app.address()))
        .header("content-type", "application/json")
        .header("x-github-event", event)
        .header("x-github-delivery", uuid::Uuid::new_v4().to_string())
        .header("x-hub-signature-256", format!("sha256={signature}"))
        .body(body);
    let response = request.send().await.expect("the server answers");
    (response.status().as_u16(), response.text().await.expect("a whole answer"))
}
