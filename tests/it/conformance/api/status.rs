//! `sync/status`: what stands, and what is in the way.

use super::registry::Registry;
use crate::support::Database;
use dotcursor::model::TaskId;
use dotcursor::plan::Planned;
use dotcursor::store::tasks::{Setback, Then};
use serde_json::json;

const STYLE: &str = ".cursor/rules/style.mdc";
const NESTED: &str = ".cursor/rules/style/RULE.md";
const REVIEWER: &str = ".cursor/agents/reviewer.md";
const BROKEN: &str = "---\ndescription: never closed\n";

pub async fn all_is_synced(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "Fine."), (REVIEWER, "Review.")]).await;
    assert_shown!(registry.read("/sync/status").await.shown(), @r#"
    200 {
      "data": {
        "counts": {
          "conflict": 0,
          "error": 0,
          "pending": 0,
          "synced": 2
        },
        "problems": [],
        "repositories": [
          {
            "branch": "main",
            "fullName": "octo/repo",
            "headCommit": "43dd47ea691c90a5fa7827892c70241913351963",
            "ignored": {},
            "lastSynced": "[time]",
            "reason": null,
            "status": "synced",
            "syncedCommit": "43dd47ea691c90a5fa7827892c70241913351963",
            "waitingUntil": null
          }
        ],
        "run": null,
        "status": "synced"
      }
    }
    "#);
}

pub async fn an_error_comes_before_a_conflict(database: Database) {
    let files = [(STYLE, "Shallow."), (NESTED, "Deep."), (REVIEWER, BROKEN)];
    let registry = Registry::with(database, &files).await;
    let status = registry.read("/sync/status").await.body["data"].clone();
    assert_eq!(status["status"], "error");
    assert_eq!(status["counts"], json!({"synced": 1, "pending": 0, "error": 1, "conflict": 1}));
    assert_shown!(serde_json::to_string_pretty(&status["problems"]).unwrap(), @r#"
    [
      {
        "kind": "agent",
        "name": "reviewer",
        "path": ".cursor/agents/reviewer.md",
        "code": "frontmatter-unclosed",
        "message": "The frontmatter that opens here is never closed.",
        "line": 1
      },
      {
        "kind": "rule",
        "name": "style",
        "path": ".cursor/rules/style/RULE.md",
        "code": "name-conflict",
        "message": "The name style belongs to the rule .cursor/rules/style.mdc.",
        "line": null
      }
    ]
    "#);
}

pub async fn a_conflict_comes_before_what_is_pending(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "Shallow."), (NESTED, "Deep.")]).await;
    registry.scene.push(&[".cursor"]).await;
    let status = registry.read("/sync/status").await.body["data"].clone();
    assert_eq!(status["status"], "conflict");
    assert_eq!(status["repositories"][0]["status"], "pending", "it owes a comparison");
}

pub async fn what_is_on_its_way_is_pending(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "One.")]).await;
    let files = [(STYLE, "Two."), (REVIEWER, "Review."), (".cursor/agents/b.md", "Bee.")];
    let comparison = registry.scene.compare("two", &files).await;
    let planned = registry.scene.apply(&comparison).await;
    let mut read = registry.scene.read(&planned, &files).await;
    read.truncate(1);
    registry.scene.store.store_batch(registry.scene.repository, &read).await.unwrap();
    assert_shown!(registry.read("/sync/status").await.shown(), @r#"
    200 {
      "data": {
        "counts": {
          "conflict": 0,
          "error": 0,
          "pending": 2,
          "synced": 1
        },
        "problems": [],
        "repositories": [
          {
            "branch": "main",
            "fullName": "octo/repo",
            "headCommit": "64c5e5885a4b06010b3a0c20edb7900dd0311025",
            "ignored": {},
            "lastSynced": "[time]",
            "reason": null,
            "status": "pending",
            "syncedCommit": "43dd47ea691c90a5fa7827892c70241913351963",
            "waitingUntil": null
          }
        ],
        "run": {
          "branch": "main",
          "commit": "64c5e5885a4b06010b3a0c20edb7900dd0311025",
          "createdAt": "[time]",
          "currentFile": ".cursor/agents/b.md",
          "definitionId": null,
          "delivery": null,
          "errors": [],
          "failedFiles": 0,
          "finishedAt": null,
          "id": "[id]",
          "jobType": "sync_github_agents",
          "kind": null,
          "number": 2,
          "parsedFiles": 1,
          "reason": "push",
          "repositoryId": 7,
          "startedAt": "[time]",
          "status": "processing",
          "supersededBy": null,
          "totalFiles": 3,
          "workspaceId": "[id]"
        },
        "status": "pending"
      }
    }
    "#);
}

pub async fn what_was_given_up_is_a_problem(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "One.")]).await;
    let comparison = registry.scene.compare("two", &[(STYLE, "Two.")]).await;
    let Planned::Run { tasks, .. } = registry.scene.apply(&comparison).await else {
        panic!("a changed file makes a run");
    };
    give_up(&registry, &tasks[0].task).await;
    let status = registry.read("/sync/status").await.body["data"].clone();
    assert_eq!(status["status"], "error");
    assert_eq!(status["repositories"][0]["status"], "error");
    assert_shown!(serde_json::to_string_pretty(&status["problems"]).unwrap(), @r#"
    [
      {
        "kind": "rule",
        "name": null,
        "path": ".cursor/rules/style.mdc",
        "code": "not-read",
        "message": "GitHub answers 500",
        "line": null
      }
    ]
    "#);
    assert_eq!(registry.read("/rules/style").await.body["data"]["content"], "One.", "last good stays");
}

/// More setbacks than any task is given.
async fn give_up(registry: &Registry, task: &TaskId) {
    for attempts in 0..20 {
        let setback =
            Setback { task: task.clone(), attempts, error: "GitHub answers 500".into(), then: Then::TryAgain };
        registry.scene.store.set_back(registry.scene.repository, &[setback]).await.unwrap();
    }
}

pub async fn a_debt_that_waits_says_why(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "One.")]).await;
    registry.scene.push(&[".cursor"]).await;
    let later = registry.scene.store.now().await.unwrap() + chrono::TimeDelta::hours(1);
    let reason = "GitHub's quota is used up";
    registry.scene.store.put_off_debt(registry.scene.repository, later, reason).await.unwrap();
    let repository = registry.read("/sync/status").await.body["data"]["repositories"][0].clone();
    assert_eq!((&repository["status"], &repository["reason"]), (&"pending".into(), &reason.into()));
    assert_eq!(repository["waitingUntil"], dotcursor::model::time::rfc3339(later));
}

pub async fn a_kind_is_told_alone(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "Fine."), (REVIEWER, BROKEN)]).await;
    let rules = registry.read("/rules/sync/status").await.body["data"].clone();
    assert_eq!((&rules["status"], &rules["problems"]), (&"synced".into(), &json!([])));
    let agents = registry.read("/agents/sync/status").await.body["data"].clone();
    assert_eq!((&agents["status"], &agents["counts"]["error"]), (&"error".into(), &1.into()));
}
