//! Definitions, as they are read.

use super::registry::Registry;
use crate::support::Database;

const STYLE: &str = ".cursor/rules/style.mdc";
const NESTED: &str = ".cursor/rules/style/RULE.md";
const RULE: &str = "---\ndescription: How we write\nglobs: src/*.ts\n---\nUse tabs.";
const REVIEWER: &str = ".cursor/agents/reviewer.md";

pub async fn a_definition_is_shown_with_its_text(database: Database) {
    let registry = Registry::with(database, &[(STYLE, RULE)]).await;
    assert_shown!(registry.read("/rules/style").await.shown(), @r#"
    200 {
      "data": {
        "alwaysApply": false,
        "blob": "7452e0f194dcb0b36c34b1a328dca0dd9ca2ca17",
        "conflict": null,
        "content": "---\ndescription: How we write\nglobs: src/*.ts\n---\nUse tabs.",
        "createdAt": "[time]",
        "description": "How we write",
        "diagnostics": [],
        "edited": false,
        "fileSize": 59,
        "frontmatter": {
          "description": "How we write",
          "globs": "src/*.ts"
        },
        "git": null,
        "globPatterns": [
          "src/*.ts"
        ],
        "id": "[id]",
        "kind": "rule",
        "lastSynced": "[time]",
        "lineCount": 5,
        "name": "style",
        "ruleType": "auto-attached",
        "scope": "",
        "source": "github",
        "sourceBranch": "main",
        "sourceCommit": "43dd47ea691c90a5fa7827892c70241913351963",
        "sourcePath": ".cursor/rules/style.mdc",
        "sourceRepo": "octo/repo",
        "syncError": null,
        "syncStatus": "synced",
        "title": null,
        "updatedAt": "[time]",
        "version": 1
      }
    }
    "#);
}

pub async fn a_list_leaves_the_text_out(database: Database) {
    let agent = "---\nname: careful\nmodel: fast\nreadonly: true\n---\nReview.";
    let registry = Registry::with(database, &[(REVIEWER, agent), (STYLE, RULE)]).await;
    assert_shown!(registry.read("/agents").await.shown(), @r#"
    200 {
      "data": [
        {
          "blob": "59abe1669a125c143177365d9e3257606371fec2",
          "conflict": null,
          "createdAt": "[time]",
          "description": null,
          "diagnostics": [
            {
              "code": "description-missing",
              "column": 1,
              "help": "Write a `description` that says when to delegate to this agent.",
              "line": 1,
              "message": "The agent has no description, so nothing tells when to call it.",
              "severity": "warning"
            }
          ],
          "edited": false,
          "fileSize": 56,
          "id": "[id]",
          "isBackground": false,
          "kind": "agent",
          "lastSynced": "[time]",
          "lineCount": 6,
          "model": "fast",
          "name": "careful",
          "readonly": true,
          "scope": "",
          "source": "github",
          "sourceBranch": "main",
          "sourceCommit": "43dd47ea691c90a5fa7827892c70241913351963",
          "sourcePath": ".cursor/agents/reviewer.md",
          "sourceRepo": "octo/repo",
          "syncError": null,
          "syncStatus": "synced",
          "title": null,
          "updatedAt": "[time]",
          "version": 1
        }
      ],
      "meta": {
        "page": 1,
        "pageSize": 50,
        "total": 1
      }
    }
    "#);
}

pub async fn a_name_reaches_the_winner_and_an_id_any(database: Database) {
    let registry = Registry::with(database, &[(NESTED, "Deep."), (STYLE, "Shallow.")]).await;
    let winner = registry.read("/rules/style").await.body["data"].clone();
    assert_eq!((&winner["sourcePath"], &winner["conflict"]), (&STYLE.into(), &serde_json::Value::Null));

    let rows = registry.read("/rules").await.body["data"].as_array().unwrap().clone();
    let loser = rows.iter().find(|row| row["sourcePath"] == NESTED).unwrap();
    let by_id = registry.read(&format!("/rules/{}", loser["id"].as_str().unwrap())).await.body["data"].clone();
    assert_eq!(by_id["content"], "Deep.");
    assert_eq!(by_id["syncStatus"], "conflict");
    assert_eq!(by_id["conflict"]["winner"], winner["id"]);
    let other_kind = registry.read(&format!("/agents/{}", loser["id"].as_str().unwrap())).await;
    assert_eq!(other_kind.status, 404, "an id is of one kind");
}

pub async fn a_name_that_is_an_id_hides_nothing(database: Database) {
    let registry = Registry::with(database, &[(REVIEWER, "Review.")]).await;
    let id = registry.read("/agents/reviewer").await.body["data"]["id"].as_str().unwrap().to_owned();
    let namesake = format!("---\nname: {id}\n---\nI am another.");
    registry.sync("two", &[(REVIEWER, "Review."), (".cursor/agents/namesake.md", &namesake)]).await;
    assert_eq!(registry.read(&format!("/agents/{id}")).await.body["data"]["name"], "reviewer");
}

pub async fn a_deleted_definition_leaves_its_history(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "One."), (REVIEWER, "Review.")]).await;
    let id = registry.read("/rules/style").await.body["data"]["id"].as_str().unwrap().to_owned();
    registry.sync("two", &[(REVIEWER, "Review.")]).await;
    assert!(registry.names("/rules").await.is_empty());
    for path in ["/rules/style".to_owned(), format!("/rules/{id}")] {
        assert_eq!(registry.read(&path).await.status, 404, "{path}");
    }
    for history in ["/rules/style/versions".to_owned(), format!("/rules/{id}/versions")] {
        assert_eq!(registry.read(&history).await.body["meta"]["total"], 1, "{history} stays");
    }
    assert_eq!(registry.read("/rules/style/versions/1").await.body["data"]["content"], "One.");
}

pub async fn a_file_that_is_about_to_go_is_still_served(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "One."), (REVIEWER, "Review.")]).await;
    // The plan knows that the rule's file is gone; the run goes on until the agent is read.
    let comparison = registry.scene.compare("two", &[(REVIEWER, "Review more.")]).await;
    registry.scene.apply(&comparison).await;
    assert_eq!(registry.names("/rules").await, ["style"]);
    assert_eq!(registry.read("/rules/style").await.status, 200);
}

pub async fn filters_choose_by_source_and_status(database: Database) {
    let broken = "---\ndescription: never closed\n";
    let registry = Registry::with(database, &[(STYLE, "Fine."), (".cursor/rules/broken.mdc", broken)]).await;
    assert_eq!(registry.names("/rules").await, ["broken", "style"]);
    assert_eq!(registry.names("/rules?syncStatus=synced").await, ["style"]);
    assert_eq!(registry.names("/rules?syncStatus=error&source=github").await, ["broken"]);
    assert!(registry.names("/rules?source=local").await.is_empty());
    assert!(registry.names("/skills").await.is_empty());
}
