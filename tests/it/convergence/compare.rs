//! The registry against a clean import of the same head, definition by definition.

use crate::support::app::ADMIN_TOKEN;
use crate::support::{Repo, Setup, TestApp};
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const KINDS: [&str; 4] = ["agents", "commands", "rules", "skills"];

/// Definitions by kind and path, as far as they are a function of the head.
type Registry = BTreeMap<(String, String), Value>;

/// Asks for a last sync, waits for it, and compares.
pub async fn equals_a_clean_import(app: &TestApp, workspace: &str, repo: &Repo, told: &str) {
    let (status, body) = app.request(Method::POST, &format!("/api/workspaces/{workspace}/sync"), ADMIN_TOKEN).await;
    assert_eq!(status, 202, "{told}: {body}");
    app.settled(workspace, &repo.head()).await;
    let clean = TestApp::start(Setup::Embedded).await;
    let (_, imported) = clean.install(repo, "octo/clean").await;
    let (ours, theirs) = (registry(app, workspace).await, registry(&clean, &imported).await);
    assert_eq!(ours, theirs, "{told}");
    no_version_twice(app, workspace, told).await;
}

async fn registry(app: &TestApp, workspace: &str) -> Registry {
    let mut registry = Registry::new();
    for kind in KINDS {
        for one in app.list(workspace, kind).await {
            let path = one["sourcePath"].as_str().unwrap_or_default().to_owned();
            let id = one["id"].as_str().unwrap_or_default().to_owned();
            let full = app.definition(workspace, kind, &id).await;
            let before = registry.insert((kind.to_owned(), path), function_of_git(&full));
            assert!(before.is_none(), "two definitions of one file: {one}");
        }
    }
    registry
}

/// What of a definition must be equal. Behind a broken file an older text, and its name, may still stand.
fn function_of_git(full: &Value) -> Value {
    let broken = full["syncStatus"] == "error";
    let always = ["blob", "syncStatus", "syncError", "diagnostics", "scope", "fileSize"];
    let good = ["name", "content", "frontmatter", "title", "description", "supportFiles", "globPatterns", "model"];
    let names = always.iter().chain(good.iter().filter(|_| !broken));
    let mut kept: Map<String, Value> = names.map(|name| ((*name).to_owned(), full[*name].clone())).collect();
    if !broken {
        kept.insert("winner".to_owned(), json!(full["conflict"]["path"]));
    }
    Value::Object(kept)
}

async fn no_version_twice(app: &TestApp, workspace: &str, told: &str) {
    for kind in KINDS {
        for one in app.list(workspace, kind).await {
            let id = one["id"].as_str().unwrap_or_default();
            let path = format!("/api/workspaces/{workspace}/{kind}/{id}/versions?pageSize=100");
            let versions = app.get(&path).await["data"].as_array().cloned().unwrap_or_default();
            for pair in versions.windows(2) {
                assert_ne!(pair[0]["blob"], pair[1]["blob"], "{told}: one version twice in {one}");
            }
        }
    }
}
