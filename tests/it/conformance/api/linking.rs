//! Workspaces that are made, changed and deleted, and repositories that share one.

use super::registry::Registry;
use crate::support::Database;
use actix_web::http::Method;
use dotcursor::model::RepositoryId;
use serde_json::json;

const STYLE: &str = ".cursor/rules/style.mdc";
const OTHER: (RepositoryId, &str) = (RepositoryId::new(8), "octo/other");

pub async fn a_repository_is_linked_found_and_unlinked(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "Tabs.")]).await;
    registry.scene.sync_of(OTHER, "one", &[(STYLE, "Spaces.")]).await;
    let workspace = registry.workspace().await;
    let place = format!("/api/workspaces/{workspace}/repositories/8");
    let home = async || registry.get("/api/repositories/Octo/Other").await.body["data"]["workspaceId"].clone();
    let before = home().await;
    assert_ne!(before, workspace.as_str());

    let told_before = registry.get(&format!("{place}/preview")).await;
    assert_eq!(told_before.body["data"]["clashes"][0]["winner"]["sourceRepo"], "octo/repo", "{}", told_before.body);
    let linked = registry.send_json(Method::PUT, &place, &json!({})).await;
    assert_eq!((linked.status, &linked.body), (200, &told_before.body));
    assert_eq!(home().await, workspace.as_str());
    assert_eq!(registry.names("/rules").await, ["style", "style"]);
    let again = registry.send_json(Method::PUT, &place, &json!({})).await;
    assert_eq!(again.body, linked.body, "nothing is different the second time");

    let unlinked = registry.send_json(Method::DELETE, &place, &json!({})).await;
    assert_eq!(unlinked.status, 200, "{}", unlinked.body);
    assert_eq!(unlinked.body["data"]["workspaceId"], home().await);
    assert_eq!(registry.names("/rules").await, ["style"]);
    assert_eq!(registry.send_json(Method::DELETE, &place, &json!({})).await.status, 404);
    let log = registry.read("/audit?actor=administrator").await;
    let actions: Vec<_> = log.body["data"].as_array().unwrap().iter().map(|deed| deed["action"].clone()).collect();
    assert_eq!(actions, ["repository.unlink", "repository.link"]);
    for absent in ["/api/repositories/octo/nobody", "/api/repositories/%00/x", "/api/repositories/a/b%2Fc"] {
        assert_eq!(registry.get(absent).await.status, 404, "{absent}");
    }
}

pub async fn a_workspace_is_made_renamed_and_deleted_when_it_was_asked_twice(database: Database) {
    let registry = Registry::with(database, &[(STYLE, "Tabs.")]).await;
    let made = registry.send_json(Method::POST, "/api/workspaces", &json!({"name": " Payments "})).await;
    assert_eq!((made.status, &made.body["data"]["name"]), (201, &json!("Payments")));
    let place = format!("/api/workspaces/{}", made.body["data"]["id"].as_str().unwrap());
    assert_eq!(made.header("location"), place);
    let renamed = registry.send_json(Method::PATCH, &place, &json!({"name": "Money"})).await;
    assert_eq!((renamed.status, &renamed.body["data"]["name"]), (200, &json!("Money")));
    let prefers = registry.send_json(Method::PATCH, &place, &json!({"prefers": "local"})).await;
    let shown = &prefers.body["data"];
    assert_eq!((prefers.status, &shown["name"], &shown["prefers"]), (200, &json!("Money"), &json!("local")));
    let both = registry.send_json(Method::PATCH, &place, &json!({"name": "Cash", "prefers": "ask"})).await;
    assert_eq!((&both.body["data"]["name"], &both.body["data"]["prefers"]), (&json!("Cash"), &json!("ask")));
    for (bad, field) in [
        (json!({"nmae": "x"}), "nmae"),
        (json!({"prefers": "both"}), "prefers"),
        (json!({}), "body"),
        (json!({"name": "a\nb"}), "name"),
        (json!([]), "body"),
    ] {
        let refused = registry.send_json(Method::PATCH, &place, &bad).await;
        assert_eq!((refused.status, &refused.body["error"]["details"][0]["field"]), (400, &json!(field)));
    }
    registry.send_json(Method::PUT, &format!("{place}/repositories/7"), &json!({})).await;

    let asked = registry.send_json(Method::DELETE, &place, &json!({})).await;
    assert_eq!((asked.status, &asked.body["error"]["code"]), (409, &json!("unconfirmed")));
    let details = &asked.body["error"]["details"];
    assert_eq!((&details["repositories"][0]["fullName"], &details["definitions"]), (&json!("octo/repo"), &json!(1)));
    let confirmed = format!("{place}?confirm={}", details["confirm"].as_str().unwrap());
    assert_eq!(registry.send_json(Method::DELETE, &format!("{place}?confirm=1.x"), &json!({})).await.status, 409);
    assert_eq!(registry.get(&format!("{place}/rules")).await.status, 200);
    assert_eq!(registry.send_json(Method::DELETE, &confirmed, &json!({})).await.status, 204);
    assert_eq!(registry.get(&format!("{place}/rules")).await.status, 404, "at once, though it was remembered");
    assert_eq!(registry.send_json(Method::DELETE, &confirmed, &json!({})).await.status, 404);
    assert_eq!(*registry.woken.lock().unwrap(), [RepositoryId::new(7)], "it is imported anew");
    let own = registry.read("").await;
    assert_eq!((own.status, &own.body["data"]["name"]), (200, &json!("octo/repo")));
}
