//! Syncs that people ask for.

use super::registry::{ADMIN, Registry};
use crate::support::Database;
use actix_web::http::Method;
use dotcursor::model::RepositoryId;
use dotcursor::queue::Lane;
use dotcursor::store::tokens::Role;

const STYLE: (&str, &str) = (".cursor/rules/style.mdc", "Use tabs.");

pub async fn a_sync_is_promised_once_while_it_waits(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let workspace = registry.workspace().await;
    let ask =
        async |path: &str| registry.ask(Method::POST, &format!("/api/workspaces/{workspace}{path}"), Some(ADMIN)).await;
    let first = ask("/sync").await;
    assert_shown!(first.shown(), @r#"
    202 {
      "data": [
        {
          "branch": null,
          "commit": null,
          "createdAt": "[time]",
          "currentFile": null,
          "definitionId": null,
          "delivery": null,
          "errors": [],
          "failedFiles": 0,
          "finishedAt": null,
          "id": "[id]",
          "jobType": "sync_github_agents",
          "kind": null,
          "number": null,
          "parsedFiles": 0,
          "reason": "request",
          "repositoryId": 7,
          "startedAt": null,
          "status": "pending",
          "supersededBy": null,
          "totalFiles": 0,
          "workspaceId": "[id]"
        }
      ]
    }
    "#);
    assert_eq!(*registry.woken.lock().unwrap(), [registry.scene.repository]);
    assert_eq!(registry.scene.store.due_debts(10).await.unwrap(), [(registry.scene.repository, Lane::Person)]);

    let promised = first.body["data"][0]["id"].clone();
    assert_eq!(ask("/sync").await.body["data"][0]["id"], promised);
    assert_eq!(ask("/rules/sync").await.body["data"][0]["id"], promised);
    let listed = registry.read("/runs").await;
    let waiting = listed.body["data"].as_array().unwrap().iter().filter(|run| run["status"] == "pending");
    assert_eq!(waiting.count(), 1);
    assert_eq!(listed.body["data"][0]["id"], promised, "newest first");

    // A comparison takes the promised run up; what is asked for after that is another one.
    registry.sync("two", &[(STYLE.0, "Use spaces.")]).await;
    let done = registry.get(&format!("/api/runs/{}", promised.as_str().unwrap())).await;
    assert_shown!(done.shown(), @r#"
    200 {
      "data": {
        "branch": "main",
        "commit": "64c5e5885a4b06010b3a0c20edb7900dd0311025",
        "createdAt": "[time]",
        "currentFile": null,
        "definitionId": null,
        "delivery": null,
        "errors": [],
        "failedFiles": 0,
        "finishedAt": "[time]",
        "id": "[id]",
        "jobType": "sync_github_agents",
        "kind": null,
        "number": 2,
        "parsedFiles": 1,
        "reason": "request",
        "repositoryId": 7,
        "startedAt": "[time]",
        "status": "completed",
        "supersededBy": null,
        "totalFiles": 1,
        "workspaceId": "[id]"
      }
    }
    "#);
    assert_ne!(ask("/sync").await.body["data"][0]["id"], promised);
}

pub async fn a_run_is_shown_to_its_workspace_only(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    registry.scene.push_of(RepositoryId::new(8), "octo/other").await;
    let other = registry.scene.store.workspace_of(RepositoryId::new(8)).await.unwrap().unwrap();
    let run = registry.scene.store.request_sync(&registry.workspace().await).await.unwrap().remove(0).id;
    let stranger = registry.token(Some(other), Role::Admin).await;
    let hidden = registry.ask(Method::GET, &format!("/api/runs/{run}"), Some(&stranger)).await;
    let missing = registry.ask(Method::GET, "/api/runs/none", Some(&stranger)).await;
    assert_eq!((hidden.status, &hidden.body), (missing.status, &missing.body));
}
