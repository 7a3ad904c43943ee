//! A push becomes versioned definitions.

use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};

const STYLE: &str = ".cursor/rules/style.mdc";
const REVIEWER: &str = ".cursor/agents/reviewer.md";

async fn a_push_becomes_versioned_definitions(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(STYLE, "---\nglobs: **/*.ts\n---\nUse tabs."), (REVIEWER, "Review.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    assert_eq!(app.names(&workspace, "rules").await, ["style"]);
    assert_eq!(app.names(&workspace, "agents").await, ["reviewer"]);

    let head = repo.commit(&[(STYLE, "---\nglobs: **/*.ts\n---\nUse spaces.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;

    let rule = app.definition(&workspace, "rules", "style").await;
    assert_eq!(rule["version"], 2);
    assert_eq!(rule["sourceCommit"], head);
    assert_eq!(rule["globPatterns"], serde_json::json!(["**/*.ts"]));
    assert_eq!(rule["syncStatus"], "synced");
    let versions = app.get(&format!("/api/workspaces/{workspace}/rules/style/versions")).await;
    assert_eq!(versions["meta"]["total"], 2);
    let first = app.get(&format!("/api/workspaces/{workspace}/rules/style/versions/1")).await;
    assert!(first["data"]["content"].as_str().unwrap().ends_with("Use tabs."));
}

async fn a_deleted_file_leaves_and_comes_back_with_its_history(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(STYLE, "One."), (REVIEWER, "Review.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    let before = app.definition(&workspace, "rules", "style").await["id"].clone();
    repo.remove(STYLE);
    let head = repo.commit_all();
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    assert!(app.names(&workspace, "rules").await.is_empty());

    let head = repo.commit(&[(STYLE, "Two.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    let back = app.definition(&workspace, "rules", "style").await;
    assert_eq!((&back["id"], &back["version"]), (&before, &serde_json::json!(2)));
}

async fn an_untouched_push_costs_no_call(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(STYLE, "One.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    // The import is over when its check is told.
    eventually("the check of the import", async || match app.github.check_runs(id).len() {
        1 => Ok(()),
        checks => Err(checks.to_string()),
    })
    .await;
    app.github.reset_calls();
    let head = repo.commit(&[("src/main.rs", "fn main() {}")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    // What is installed is listed once after the start, whatever is pushed.
    assert_eq!(app.github.calls().reads(), 0);
}

async fn a_broken_version_keeps_the_good_one(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(STYLE, "---\ndescription: good\n---\nGood.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    let head = repo.commit(&[(STYLE, "---\ndescription: never closed\nBad.")]);
    app.announce(id).await;
    let status = app.settled(&workspace, &head).await;
    assert_eq!(status["data"]["status"], "error");
    assert_eq!(status["data"]["problems"][0]["path"], STYLE);
    let rule = app.definition(&workspace, "rules", "style").await;
    assert_eq!(rule["syncStatus"], "error");
    assert!(rule["content"].as_str().unwrap().ends_with("Good."));

    // The same good text again clears the error and makes no version.
    let head = repo.commit(&[(STYLE, "---\ndescription: good\n---\nGood.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    let rule = app.definition(&workspace, "rules", "style").await;
    assert_eq!((&rule["syncStatus"], &rule["version"]), (&serde_json::json!("synced"), &serde_json::json!(1)));
}

async fn an_agent_whose_file_moves_stays_the_same_definition(setup: Setup) {
    let app = TestApp::start(setup).await;
    let text = "---\nname: careful\ndescription: Reviews.\n---\nReview.";
    let repo = Repo::with(&[(REVIEWER, text)]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    let before = app.definition(&workspace, "agents", "careful").await["id"].clone();
    repo.remove(REVIEWER);
    let head = repo.commit(&[(".cursor/agents/moved/careful.md", &format!("{text} More."))]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    let moved = app.definition(&workspace, "agents", "careful").await;
    assert_eq!(moved["id"], before);
    assert_eq!(moved["sourcePath"], ".cursor/agents/moved/careful.md");
    assert_eq!(moved["version"], 2);
}

mod embedded {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_push_becomes_versioned_definitions() {
        super::a_push_becomes_versioned_definitions(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_deleted_file_leaves_and_comes_back_with_its_history() {
        super::a_deleted_file_leaves_and_comes_back_with_its_history(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_untouched_push_costs_no_call() {
        super::an_untouched_push_costs_no_call(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_broken_version_keeps_the_good_one() {
        super::a_broken_version_keeps_the_good_one(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_agent_whose_file_moves_stays_the_same_definition() {
        super::an_agent_whose_file_moves_stays_the_same_definition(Setup::Embedded).await;
    }
}

mod distributed {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_push_becomes_versioned_definitions() {
        super::a_push_becomes_versioned_definitions(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_deleted_file_leaves_and_comes_back_with_its_history() {
        super::a_deleted_file_leaves_and_comes_back_with_its_history(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_untouched_push_costs_no_call() {
        super::an_untouched_push_costs_no_call(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_broken_version_keeps_the_good_one() {
        super::a_broken_version_keeps_the_good_one(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_agent_whose_file_moves_stays_the_same_definition() {
        super::an_agent_whose_file_moves_stays_the_same_definition(Setup::Distributed).await;
    }
}
