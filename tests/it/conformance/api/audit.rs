//! Who did what.

use super::registry::Registry;
use crate::support::Database;
use actix_web::http::Method;
use dotcursor::model::Actor;
use dotcursor::store::tokens::Role;
use serde_json::{Value, json};

pub async fn what_was_done_is_listed(database: Database) {
    let registry = Registry::with(database, &[]).await;
    let workspace = registry.workspace().await;
    let (id, text) = registry.token_until(Some(workspace.clone()), Role::Admin, None).await;
    registry.token(None, Role::Read).await;
    registry.scene.store.revoke_token(&id, &Actor::Administrator).await.unwrap();

    assert_shown!(registry.get("/api/audit?actor=administrator").await.shown(), @r#"
    200 {
      "data": [
        {
          "action": "token.revoke",
          "actor": "administrator",
          "at": "[time]",
          "details": {
            "expiresAt": null,
            "name": "of a test",
            "role": "admin"
          },
          "id": "[id]",
          "target": "[id]",
          "workspaceId": "[id]"
        }
      ],
      "meta": {
        "page": 1,
        "pageSize": 50,
        "total": 1
      }
    }
    "#);
    let seen = registry.read("/audit").await;
    assert_eq!(seen.body["meta"]["total"], 3, "what concerns no workspace is not there: {}", seen.body);
    assert!(!seen.body.to_string().contains(&text), "never a secret");
    let count = async |query: &str| registry.get(&format!("/api/audit?{query}")).await.body["meta"]["total"].clone();
    assert_eq!(count("").await, 5);
    assert_eq!(count("actor=github").await, 2, "the installation came up, and the repository");
    assert_eq!(count("action=token.create").await, 2);
    assert_eq!(count(&format!("workspace={workspace}")).await, 3);
    assert_eq!(count("since=2000-01-01T00:00:00Z").await, 5);
    assert_eq!(count("since=2999-01-01T00:00:00Z").await, 0);
    assert_eq!(count("actor=nobody%00").await, 0);
    let bad = registry.get("/api/audit?since=yesterday").await;
    assert_eq!((bad.status, bad.body["error"]["details"][0]["field"].as_str()), (400, Some("since")));
}

pub async fn what_was_asked_for_is_noted(database: Database) {
    let registry = Registry::with(database, &[(".cursor/rules/style.mdc", "Use tabs.")]).await;
    for path in ["/rules/style/validate", "/rules/validate-all", "/rules/style/resolve-deps", "/sync"] {
        let answer = registry.write(Method::POST, path, None, &json!({})).await;
        assert!(answer.status < 300, "{path}: {}", answer.shown());
    }
    let log = registry.read("/audit?actor=administrator").await.body["data"].clone();
    let told: Vec<(&str, &str)> =
        log.as_array().unwrap().iter().map(|deed| (text(&deed["action"]), text(&deed["actor"]))).collect();
    let expected = ["sync.request", "references.resolve", "definitions.validate", "definition.validate"];
    assert_eq!(told, expected.map(|action| (action, "administrator")));
    let rule = registry.read("/rules/style").await.body["data"]["id"].clone();
    assert_eq!((&log[3]["target"], &log[3]["details"]["kind"]), (&rule, &json!("rules")));
    let run = text(&log[1]["details"]["run"]);
    assert_eq!(registry.get(&format!("/api/runs/{run}")).await.body["data"]["jobType"], "resolve_dependencies");
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
