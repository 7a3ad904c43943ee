//! Tokens, as far as the rest of the API does not show.

use super::registry::Registry;
use crate::support::Database;
use crate::support::wait::eventually;
use actix_web::http::{Method, header};
use actix_web::test::TestRequest;
use dotcursor::model::{Actor, RepositoryId};
use dotcursor::store::linking::Destination;
use dotcursor::store::tokens::{Role, hash};
use serde_json::{Value, json};

pub async fn a_token_is_kept_as_a_hash_and_its_use_is_noted(database: Database) {
    let registry = Registry::open(database).await;
    let (id, text) = registry.token_until(None, Role::Admin, None).await;
    assert!(text.starts_with("dcur_") && text.len() == "dcur_".len() + 64, "32 random bytes");
    let row = registry.scene.store.tokens().await.unwrap().remove(0);
    assert_eq!((row.id.as_str(), row.hash), (id.as_str(), hash(&text)));
    assert!(row.last_used_at.is_none());

    assert_eq!(registry.ask(Method::GET, "/api/workspaces", Some(&text)).await.status, 200);
    eventually("the token's use is noted", async || {
        let row = registry.scene.store.tokens().await.unwrap().remove(0);
        row.last_used_at.ok_or("never used".to_owned())
    })
    .await;
    let revoke = async || registry.scene.store.revoke_token(&id, &Actor::Cli).await.unwrap();
    assert!(revoke().await.is_some());
    assert!(revoke().await.is_none(), "it was revoked before");
}

pub async fn a_token_is_made_shown_once_and_revoked(database: Database) {
    let registry = Registry::with(database, &[]).await;
    let workspace = registry.workspace().await;
    let wanted = json!({"name": "dashboard", "role": "read", "workspaceId": workspace.as_str()});
    let made = registry.send_json(Method::POST, "/api/tokens", &wanted).await;
    assert_eq!((made.status, made.header("cache-control")), (201, "no-store"), "{}", made.body);
    let text = made.body["data"]["text"].as_str().unwrap().to_owned();
    let place = made.header("location").to_owned();
    let status = async || registry.ask(Method::GET, "/api/workspaces", Some(&text)).await.status;
    assert_eq!(status().await, 200);
    let listed = registry.get("/api/tokens").await;
    assert_eq!(listed.body["data"][0]["name"], "dashboard");
    assert!(!listed.body.to_string().contains(&text), "never again");

    assert_eq!(registry.send_json(Method::DELETE, &place, &json!({})).await.status, 204);
    assert_eq!(status().await, 401, "here it is refused at once");
    assert!(!registry.get(&place).await.body["data"]["revokedAt"].is_null());
    let bad = json!({"name": "", "role": "king", "expiresAt": "2001-01-01T00:00:00Z"});
    let refused = registry.send_json(Method::POST, "/api/tokens", &bad).await;
    let fields: Vec<_> =
        refused.body["error"]["details"].as_array().unwrap().iter().map(|one| one["field"].clone()).collect();
    assert_eq!((refused.status, fields), (400, vec![json!("name"), json!("role"), json!("expiresAt")]));
    let elsewhere = json!({"name": "x", "role": "read", "workspaceId": "nowhere"});
    assert_eq!(registry.send_json(Method::POST, "/api/tokens", &elsewhere).await.status, 404);
}

pub async fn whoever_administers_a_workspace_makes_tokens_of_that_one_only(database: Database) {
    let registry = Registry::with(database, &[]).await;
    let workspace = registry.workspace().await;
    registry.scene.push_of(RepositoryId::new(8), "octo/other").await;
    let other = registry.scene.store.workspace_of(RepositoryId::new(8)).await.unwrap().unwrap();
    let owner = registry.token(Some(workspace.clone()), Role::Admin).await;
    let (foreign, _) = registry.token_until(Some(other.clone()), Role::Read, None).await;
    registry.token(None, Role::Read).await;
    let send = async |body: &Value| {
        let bearer = (header::AUTHORIZATION, format!("Bearer {owner}"));
        registry.send(TestRequest::post().uri("/api/tokens").insert_header(bearer).set_json(body)).await
    };
    let made = send(&json!({"name": "mine", "role": "admin"})).await;
    assert_eq!((made.status, &made.body["data"]["workspaceId"]), (201, &json!(workspace.as_str())));
    assert_eq!(send(&json!({"name": "x", "role": "read", "workspaceId": other.as_str()})).await.status, 404);
    let seen = registry.ask(Method::GET, "/api/tokens", Some(&owner)).await;
    assert_eq!(seen.body["meta"]["total"], 2, "its own: {}", seen.body);

    // What is another's looks as if it were not there.
    let hidden = registry.ask(Method::DELETE, &format!("/api/tokens/{foreign}"), Some(&owner)).await;
    let absent = registry.ask(Method::DELETE, "/api/tokens/nobody", Some(&owner)).await;
    assert_eq!((hidden.status, &hidden.body), (404, &absent.body));
}

pub async fn a_session_that_reaches_only_a_part_of_a_workspace_does_not_see_it(database: Database) {
    let registry = Registry::with(database, &[]).await;
    let workspace = registry.workspace().await;
    registry.scene.push_of(RepositoryId::new(8), "octo/other").await;
    let to = Destination::Workspace(workspace.clone());
    registry.scene.store.move_repository(RepositoryId::new(8), &to, &Actor::Cli).await.unwrap();
    let part = registry.session("part", &[(7, true)]).await;
    let reader = registry.session("reader", &[(7, true), (8, false), (99, true)]).await;
    let writer = registry.session("writer", &[(7, true), (8, true)]).await;
    let place = format!("/api/workspaces/{workspace}");
    let ask = async |method, path: &str, cookie: &str| registry.ask_by_cookie(method, path, cookie).await.status;
    assert_eq!(ask(Method::GET, &place, &part).await, 404);
    assert_eq!(ask(Method::GET, &place, &reader).await, 200);
    assert_eq!(ask(Method::POST, &format!("{place}/sync"), &reader).await, 403);
    assert_eq!(ask(Method::POST, &format!("{place}/sync"), &writer).await, 202);
    assert_eq!(ask(Method::GET, &place, "somebody-else").await, 401);
}

/// One that no reader can read would spoil every list that it stands in.
pub async fn a_token_ends_in_a_year_of_four_digits(database: Database) {
    let registry = Registry::open(database).await;
    let make = async |end: &str| {
        let wanted = json!({"name": "x", "role": "read", "expiresAt": end});
        registry.send_json(Method::POST, "/api/tokens", &wanted).await
    };
    assert_eq!(make("9999-12-31T23:59:59Z").await.status, 201);
    for end in
        ["9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00", "+10000-01-01T00:00:00Z", "2001-01-01T00:00:00Z"]
    {
        let refused = make(end).await;
        assert_eq!(
            (refused.status, &refused.body["error"]["details"][0]["field"]),
            (400, &json!("expiresAt")),
            "{end}"
        );
    }
    let listed = registry.get("/api/tokens").await;
    assert_eq!(listed.body["data"][0]["expiresAt"], "9999-12-31T23:59:59.000Z", "{}", listed.body);
}
