//! Commits, trees and blobs by REST.

use super::client::{Scene, options};
use crate::sandbox::git::fixture::Checkout;
use crate::sandbox::{Limits, NewRepository, StandInOptions};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::Value;

#[actix_web::test]
async fn a_commit_is_found_by_branch_name_and_is_cheap_to_ask_again() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    let head = scene.checkout.head();
    for reference in ["main", "heads/main", "HEAD", &head[..10]] {
        let commit = scene.json(&format!("/repos/octo/demo/commits/{reference}")).await;
        assert_eq!(commit["sha"], head, "{reference}");
    }
    let ask = || scene.request(Method::GET, "/repos/octo/demo/commits/main");
    let bare = ask().header("accept", "application/vnd.github.sha").send().await.unwrap();
    assert_eq!(bare.text().await.unwrap(), head);
    let first = ask().send().await.unwrap();
    let left = first.headers()["x-ratelimit-remaining"].clone();
    let again = ask().header("if-none-match", first.headers()["etag"].clone()).send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()["x-ratelimit-remaining"], left, "an unchanged answer is free");
    assert_eq!(scene.get("/repos/octo/demo/commits/nowhere").await.status(), 422);
    assert_eq!(scene.get("/repos/octo/demo/commits/main@%7B1%7D").await.status(), 422);
}

#[actix_web::test]
async fn trees_are_flat_or_whole_and_say_when_they_are_not() {
    let checkout = Checkout::with(&[(".cursor/rules/a.mdc", "rule"), ("top.txt", "t")]);
    let limits = Limits { tree_entries: 3, ..Limits::default() };
    let scene = Scene::of(checkout, StandInOptions { limits, ..options() }).await;
    let flat = scene.json("/repos/octo/demo/git/trees/main").await;
    assert_eq!(flat["tree"].as_array().unwrap().len(), 2);
    assert_eq!(flat["tree"][0]["mode"], "040000");
    assert_eq!(flat["truncated"], false);
    let whole = scene.json("/repos/octo/demo/git/trees/main?recursive=0").await;
    assert_eq!(whole["tree"].as_array().unwrap().len(), 3);
    assert_eq!(whole["truncated"], true);
    assert_eq!(whole["tree"][2]["path"], ".cursor/rules/a.mdc");
    assert_eq!(whole["tree"][2]["size"], 4);
    let below = scene.json("/repos/octo/demo/git/trees/main:.cursor/rules").await;
    assert_eq!(below["tree"][0]["path"], "a.mdc");
}

#[actix_web::test]
async fn symlinks_and_submodules_keep_their_modes() {
    let checkout = Checkout::with(&[("real.md", "x")]);
    let head = checkout.head();
    let oid = checkout.git(&["hash-object", "-w", "real.md"]);
    checkout.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{oid},link")]);
    checkout.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},module")]);
    checkout.git(&["commit", "--quiet", "-m", "oddities"]);
    let scene = Scene::of(checkout, options()).await;
    let tree = scene.json("/repos/octo/demo/git/trees/main?recursive=1").await;
    let modes: Vec<(&str, &str)> = tree["tree"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["mode"].as_str().unwrap(), entry["type"].as_str().unwrap()))
        .collect();
    assert_eq!(modes, [("120000", "blob"), ("160000", "commit"), ("100644", "blob")]);
    assert!(tree["tree"][1].get("url").is_none());
}

#[actix_web::test]
async fn a_blob_is_base64_in_lines_or_raw() {
    let text = "0123456789".repeat(20);
    let scene = Scene::with(&[("a.txt", &text)]).await;
    let oid = scene.checkout.git(&["rev-parse", "HEAD:a.txt"]);
    let blob = scene.json(&format!("/repos/octo/demo/git/blobs/{oid}")).await;
    let content = blob["content"].as_str().unwrap();
    assert!(content.lines().all(|line| line.len() <= 60));
    assert_eq!(STANDARD.decode(content.replace('\n', "")).unwrap(), text.as_bytes());
    let raw = scene.request(Method::GET, &format!("/repos/octo/demo/git/blobs/{oid}"));
    let raw = raw.header("accept", "application/vnd.github.raw+json").send().await.unwrap();
    assert_eq!(raw.text().await.unwrap(), text);
    let missing = scene.get(&format!("/repos/octo/demo/git/blobs/{}", "0".repeat(40))).await;
    assert_eq!(missing.status(), 404);
    let missing: Value = missing.json().await.unwrap();
    assert_eq!(missing["message"], "Not Found");
}

#[actix_web::test]
async fn an_empty_repository_is_a_conflict() {
    let scene = Scene::of(Checkout::empty(), options()).await;
    for path in ["git/trees/main", "commits/main", "git/ref/heads/main"] {
        assert_eq!(scene.get(&format!("/repos/octo/demo/{path}")).await.status(), 409, "{path}");
    }
}

#[actix_web::test]
async fn bare_repositories_worktrees_and_detached_heads_are_served() {
    let checkout = Checkout::with(&[("a.txt", "a")]);
    let elsewhere = tempfile::tempdir().unwrap();
    let bare = elsewhere.path().join("bare.git");
    let tree = elsewhere.path().join("tree");
    checkout.git(&["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    checkout.git(&["worktree", "add", "--quiet", "-b", "side", tree.to_str().unwrap()]);
    checkout.git(&["checkout", "--quiet", "--detach"]);
    let scene = Scene::of(checkout, options()).await;
    let add = |name, path| scene.stand_in.add_repository(NewRepository::new(scene.installation, name, path)).unwrap();
    add("octo/bare", &bare);
    add("octo/tree", &tree);
    assert_eq!(scene.json("/repos/octo/demo").await["default_branch"], "main");
    assert_eq!(scene.json("/repos/octo/bare/git/trees/HEAD").await["tree"][0]["path"], "a.txt");
    assert_eq!(scene.json("/repos/octo/tree").await["default_branch"], "side");
}
