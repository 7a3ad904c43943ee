//! What a tree may hold beside plain files, and what GitHub may answer: decided, never guessed.

use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use chrono::{DateTime, TimeDelta, Utc};
use dotcursor::sandbox::{Endpoint, Fault, Misbehaviour, Quota};
use serde_json::{Value, json};

const STYLE: &str = ".cursor/rules/style.mdc";
const AGENT: &str = ".cursor/agents/one.md";

async fn ignored(app: &TestApp, workspace: &str, folder: &str, reason: &str) -> Value {
    let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
    status["data"]["repositories"][0]["ignored"][folder][reason]["examples"].clone()
}

async fn push(app: &TestApp, repo: &Repo, id: i64, workspace: &str) {
    let head = repo.commit_all();
    app.announce(id).await;
    app.settled(workspace, &head).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_becomes_a_link_or_a_file_holds_nothing() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = Repo::with(&[(STYLE, "A."), (AGENT, "One."), ("elsewhere/style.mdc", "Not ours.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;

    repo.remove(".cursor/rules");
    repo.symlink(".cursor/rules", "../elsewhere");
    push(&app, &repo, id, &workspace).await;
    assert!(app.names(&workspace, "rules").await.is_empty());
    assert_eq!(ignored(&app, &workspace, ".cursor", "symlink").await, json!([".cursor/rules"]));

    repo.remove(".cursor/rules");
    repo.write(".cursor/rules", "One file with all the rules.");
    push(&app, &repo, id, &workspace).await;
    assert!(app.names(&workspace, "rules").await.is_empty());

    repo.remove(".cursor");
    repo.symlink(".cursor", "elsewhere");
    push(&app, &repo, id, &workspace).await;
    assert!(app.names(&workspace, "agents").await.is_empty());

    repo.remove(".cursor");
    repo.write(STYLE, "A.");
    repo.write(AGENT, "One.");
    push(&app, &repo, id, &workspace).await;
    assert_eq!(app.names(&workspace, "rules").await, ["style"]);
    assert_eq!(app.definition(&workspace, "rules", "style").await["version"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_becomes_a_link_and_a_file_again_comes_back() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = Repo::with(&[(STYLE, "A."), (AGENT, "One.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    repo.remove(STYLE);
    repo.symlink(STYLE, "../agents/one.md");
    push(&app, &repo, id, &workspace).await;
    assert!(app.names(&workspace, "rules").await.is_empty());
    assert_eq!(ignored(&app, &workspace, ".cursor", "symlink").await, json!([STYLE]));
    repo.remove(STYLE);
    repo.write(STYLE, "B.");
    push(&app, &repo, id, &workspace).await;
    assert_eq!(app.definition(&workspace, "rules", "style").await["version"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submodule_is_ignored_with_its_reason() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    let entry = format!("160000,{},.cursor/skills", repo.head());
    repo.git(&["update-index", "--add", "--cacheinfo", &entry]);
    repo.git(&["commit", "--quiet", "--message", "Skills from elsewhere"]);
    app.announce(id).await;
    app.settled(&workspace, &repo.head()).await;
    assert_eq!(ignored(&app, &workspace, ".cursor", "submodule").await, json!([".cursor/skills"]));
}

/// A listing that was cut off is walked folder by folder, and never taken for deletions.
#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_tree_deletes_nothing() {
    let app = TestApp::start(Setup::Embedded).await;
    let files: Vec<String> = (0..30).map(|number| format!("pkg{number}/.cursor/rules/style.mdc")).collect();
    let repo = Repo::init();
    files.iter().for_each(|file| repo.write(file, "A."));
    repo.commit_all();
    let (id, workspace) = app.install(&repo, "octo/wide").await;
    assert_eq!(app.names(&workspace, "rules").await.len(), 30);
    app.github.misbehave(Misbehaviour::new(Fault::TruncateTree { entries: 3 }).on(Endpoint::Tree).times(1));
    // A forced push has the whole tree looked at.
    repo.git(&["commit", "--quiet", "--amend", "--message", "Another name"]);
    app.announce(id).await;
    app.settled(&workspace, &repo.head()).await;
    assert_eq!(app.names(&workspace, "rules").await.len(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_too_large_or_not_text_are_seen_and_broken() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = Repo::init();
    repo.write(STYLE, vec![b'x'; 2 << 20]);
    repo.write(".cursor/rules/binary.mdc", b"\0\xff\xfe binary");
    repo.write(AGENT, "One.");
    repo.commit_all();
    let (id, workspace) = app.install(&repo, "octo/web").await;
    for name in ["style", "binary"] {
        let rule = app.definition(&workspace, "rules", name).await;
        assert_eq!(rule["syncStatus"], "error", "{rule}");
        assert!(rule["syncError"].is_string(), "{rule}");
    }
    repo.write(STYLE, "Small.");
    repo.write(".cursor/rules/binary.mdc", "Text.");
    push(&app, &repo, id, &workspace).await;
    assert_eq!(app.get(&format!("/api/workspaces/{workspace}/sync/status")).await["data"]["status"], "synced");
}

/// GitHub's hour is used up: what is owed waits for its end, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_used_up_quota_is_waited_for_in_sight() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    let reset_at = Utc::now() + TimeDelta::seconds(3);
    app.github.set_quota(app.installation, Quota { limit: 5_000, used: 5_000, reset_at: reset_at.timestamp() });
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    eventually("the wait to be told", async || {
        let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
        let until = status["data"]["repositories"][0]["waitingUntil"].as_str().map(DateTime::parse_from_rfc3339);
        match until {
            Some(Ok(until)) if until.timestamp() >= reset_at.timestamp() => Ok(()),
            _ => Err(status.to_string()),
        }
    })
    .await;
    app.settled(&workspace, &head).await;
}

/// The hour ends between the plan and the bytes: the files wait, and say so.
#[tokio::test(flavor = "multi_thread")]
async fn files_wait_for_the_quota_in_sight() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    let limit = Fault::PrimaryLimit { reset_in: std::time::Duration::from_secs(3) };
    app.github.misbehave(Misbehaviour::new(limit.clone()).on(Endpoint::GraphQl).after(1).times(2));
    app.github.misbehave(Misbehaviour::new(limit).on(Endpoint::Blob).times(2));
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    eventually("the wait to be told", async || {
        let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
        let repository = &status["data"]["repositories"][0];
        let told = repository["waitingUntil"].is_string() && repository["reason"].is_string();
        if told { Ok(()) } else { Err(status.to_string()) }
    })
    .await;
    app.settled(&workspace, &head).await;
}
