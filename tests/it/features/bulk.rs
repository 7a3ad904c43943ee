//! Many writes over the API, beside a sync of the same repository.

use crate::support::app::ADMIN_TOKEN;
use crate::support::{Repo, Setup, TestApp};
use dotcursor::model::BlobSha;
use serde_json::{Value, json};

on_both_setups! {
    nothing_is_lost_of_bulk_writes_beside_a_sync,
}

const RULES: usize = 20;
const ROUNDS: usize = 4;

fn path(n: usize) -> String {
    format!(".cursor/rules/r{n:02}.mdc")
}

fn files(text: &str) -> Vec<(String, String)> {
    (0..RULES).map(|n| (path(n), text.to_owned())).collect()
}

fn commit(repo: &Repo, text: &str) {
    let files = files(text);
    repo.commit(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>());
}

/// The items of the answer.
async fn bulk(app: &TestApp, path: &str, items: &[Value]) -> Vec<Value> {
    let request = reqwest::Client::new().post(format!("{}{path}", app.address())).bearer_auth(ADMIN_TOKEN);
    let answer: Value = request.json(&json!({"items": items})).send().await.unwrap().json().await.unwrap();
    answer["data"]["items"].as_array().cloned().unwrap_or_else(|| panic!("{path}: {answer}"))
}

/// Makes new definitions, and changes those of the repository as they stand; returns what was changed: name, version, text.
async fn write(app: &TestApp, rules: &str, workspace: &str, round: usize) -> Vec<(String, Value, String)> {
    let new: Vec<Value> =
        (0..RULES).map(|n| json!({"name": format!("local-{round}-{n}"), "content": "New."})).collect();
    let made = bulk(app, &format!("{rules}/bulk-import"), &new).await;
    assert!(made.iter().all(|item| item["status"] == 201), "{made:?}");
    let text = format!("Edited in round {round}.");
    let seen = app.list(workspace, "rules").await;
    let seen = seen.iter().filter(|rule| rule["source"] == "github");
    let edits: Vec<Value> =
        seen.map(|rule| json!({"name": rule["id"], "version": rule["version"], "content": text})).collect();
    let edited = bulk(app, &format!("{rules}/bulk-update"), &edits).await;
    // Whatever the sync has changed meanwhile is refused.
    assert!(edited.iter().all(|item| item["status"] == 200 || item["status"] == 412), "{edited:?}");
    let done = edited.into_iter().filter(|item| item["status"] == 200);
    done.map(|item| (item["id"].as_str().unwrap().to_owned(), item["version"].clone(), text.clone())).collect()
}

async fn nothing_is_lost_of_bulk_writes_beside_a_sync(setup: Setup) {
    let app = TestApp::start_with(setup, &[("DOTCURSOR_READ_LAG", "0s")]).await;
    let repo = Repo::init();
    commit(&repo, "As it began.");
    let (id, workspace) = app.install(&repo, "octo/bulk").await;
    let rules = format!("/api/workspaces/{workspace}/rules");
    let pushes = async {
        for round in 0..ROUNDS {
            commit(&repo, &format!("Pushed in round {round}."));
            app.announce(id).await;
        }
    };
    let writes = async {
        let mut written = Vec::new();
        for round in 0..ROUNDS {
            written.extend(write(&app, &rules, &workspace, round).await);
        }
        written
    };
    let ((), written) = tokio::join!(pushes, writes);
    app.settled(&workspace, &repo.head()).await;

    let all = app.list(&workspace, "rules").await;
    let local = all.iter().filter(|rule| rule["source"] == "local").count();
    assert_eq!((all.len(), local), (RULES * (1 + ROUNDS), RULES * ROUNDS));
    let last = BlobSha::of_bytes(format!("Pushed in round {}.", ROUNDS - 1).as_bytes());
    for rule in all.iter().filter(|rule| rule["source"] == "github") {
        assert_eq!(rule["blob"], last.as_str(), "git's own text is the head's: {rule}");
        let id = rule["id"].as_str().unwrap();
        let versions = app.get(&format!("{rules}/{id}/versions?pageSize=100")).await;
        let numbers: Vec<i64> =
            versions["data"].as_array().unwrap().iter().map(|one| one["version"].as_i64().unwrap()).collect();
        let expected: Vec<i64> = (1..=rule["version"].as_i64().unwrap()).rev().collect();
        assert_eq!(numbers, expected, "each version is there once");
    }
    for (id, version, text) in written {
        let kept = app.get(&format!("{rules}/{id}/versions/{version}")).await;
        assert_eq!(kept["data"]["content"], text, "what was answered for is in the history: {kept}");
    }
}
