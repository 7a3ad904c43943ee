//! The registry against a clean import of the same head, definition by definition.

use crate::support::app::ADMIN_TOKEN;
use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use dotcursor::config::Config;
use dotcursor::store::Store;
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

const KINDS: [&str; 4] = ["agents", "commands", "rules", "skills"];

/// Definitions by kind and path, as far as they are a function of the head.
type Registry = BTreeMap<(String, String), Value>;

/// Asks for a last sync and waits for it.
pub async fn last_sync(app: &TestApp, workspace: &str, repo: &Repo, told: &str) {
    let (status, body) = app.request(Method::POST, &format!("/api/workspaces/{workspace}/sync"), ADMIN_TOKEN).await;
    assert_eq!(status, 202, "{told}: {body}");
    app.settled(workspace, &repo.head()).await;
}

/// What this API serves, once what it has cached is known to be old.
pub async fn equals_a_clean_import(app: &TestApp, workspace: &str, repo: &Repo, told: &str) {
    let mut clean = TestApp::start(Setup::Embedded).await;
    let (_, imported) = clean.install(repo, "octo/clean").await;
    equals(app, workspace, (&clean, &imported), told).await;
    // Hundreds of seeds run in one process.
    clean.stop().await;
}

/// The same, where the clean import is there already.
pub async fn equals(app: &TestApp, workspace: &str, (clean, imported): (&TestApp, &str), told: &str) {
    let theirs = registry(clean, imported).await;
    eventually(told, async || {
        let ours = registry(app, workspace).await;
        if ours == theirs { Ok(()) } else { Err(format!("{ours:#?}\nis not the clean import\n{theirs:#?}")) }
    })
    .await;
    no_version_twice(app, workspace, told).await;
}

/// With all that people wrote in place: what the registry holds of git is what a clean import has.
pub async fn gits_side_equals_a_clean_import(app: &TestApp, workspace: &str, repo: &Repo, told: &str) {
    let mut clean = TestApp::start(Setup::Embedded).await;
    let (_, imported) = clean.install(repo, "octo/clean").await;
    for kind in KINDS {
        let clean_ones: HashMap<String, Value> = by_path(&clean, &imported, kind).await;
        for (path, ours) in by_path(app, workspace, kind).await {
            if ours["source"] == "local" || ours["blob"].is_null() {
                continue;
            }
            let theirs = clean_ones.get(&path).unwrap_or_else(|| panic!("{told}: {path} is not in git"));
            let is_good = theirs["syncStatus"] != "error";
            let git = if ours["edited"] == true { &ours["git"] } else { &ours };
            assert_eq!(git["blob"], theirs["blob"], "{told}: {path}");
            assert_eq!(ours["syncError"], theirs["syncError"], "{told}: {path}");
            if is_good {
                assert_eq!(git["content"], theirs["content"], "{told}: {path}");
                assert_eq!(git["frontmatter"], theirs["frontmatter"], "{told}: {path}");
            }
        }
    }
    clean.stop().await;
}

async fn by_path(app: &TestApp, workspace: &str, kind: &str) -> HashMap<String, Value> {
    let mut all = HashMap::new();
    for one in app.list(workspace, kind).await {
        let full = app.definition(workspace, kind, one["id"].as_str().unwrap_or_default()).await;
        all.insert(format!("{} {}", full["source"], full["sourcePath"]), full);
    }
    all
}

/// No task is open, due or put off.
pub async fn nothing_left_over(app: &TestApp, told: &str) {
    let config = Config::from_variables(&|name| app.variables.get(name).cloned()).expect("a good configuration");
    let store = Store::connect(&config.database).await.expect("the database is there");
    assert_eq!(store.backlog().await.expect("a count").0, 0, "{told}: tasks are left over");
}

/// Reads whatever is to be read. That it fails while things are down is fine.
pub async fn read_all(address: &str) {
    let http = reqwest::Client::new();
    let get = async |path: String| {
        let answer = http.get(format!("{address}/api/{path}")).bearer_auth(ADMIN_TOKEN).send().await.ok()?;
        answer.json::<Value>().await.ok()
    };
    let Some(workspaces) = get("workspaces".to_owned()).await else { return };
    for workspace in workspaces["data"].as_array().into_iter().flatten() {
        let id = workspace["id"].as_str().unwrap_or_default();
        for kind in KINDS {
            let list = get(format!("workspaces/{id}/{kind}?pageSize=100")).await.unwrap_or_default();
            for one in list["data"].as_array().into_iter().flatten().take(3) {
                let one = one["id"].as_str().unwrap_or_default();
                get(format!("workspaces/{id}/{kind}/{one}")).await;
            }
        }
    }
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
    registry.insert(("graph".to_owned(), String::new()), links(app, workspace, &registry).await);
    registry
}

/// Who refers to whom, by path, among files that are not broken: what a broken one says is that of an older text.
async fn links(app: &TestApp, workspace: &str, registry: &Registry) -> Value {
    let graph = app.get(&format!("/api/workspaces/{workspace}/graph")).await["data"].clone();
    let nodes = graph["nodes"].as_array().cloned().unwrap_or_default();
    let good = |node: &&Value| {
        let key = (format!("{}s", node["kind"].as_str().unwrap_or_default()), path(node));
        registry.get(&key).is_some_and(|full| full["syncStatus"] != "error")
    };
    let paths: HashMap<&str, String> =
        nodes.iter().filter(good).map(|node| (node["id"].as_str().unwrap_or_default(), path(node))).collect();
    let edges = graph["edges"].as_array().cloned().unwrap_or_default();
    let told = edges.iter().filter_map(|edge| {
        let (from, to) = (paths.get(edge["from"].as_str()?)?, paths.get(edge["to"].as_str()?)?);
        Some(json!({"from": from, "to": to, "kinds": edge["referenceKinds"], "line": edge["line"]}))
    });
    told.collect()
}

fn path(node: &Value) -> String {
    node["path"].as_str().unwrap_or_default().to_owned()
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
            let numbers: Vec<_> = versions.iter().rev().filter_map(|version| version["version"].as_u64()).collect();
            assert_eq!(numbers, (1..=versions.len() as u64).collect::<Vec<_>>(), "{told}: versions of {one}");
            let keys = ["version", "blob", "changedBy", "changedAt"];
            let history: Vec<_> = versions.iter().map(|version| keys.map(|key| version[key].to_string())).collect();
            for pair in versions.windows(2) {
                assert_ne!(pair[0]["blob"], pair[1]["blob"], "{told}: one version twice in {one}: {history:#?}");
            }
        }
    }
}
