//! Many writes in one request.

use super::registry::{ADMIN, Answer, Registry};
use crate::support::Database;
use actix_web::http::{Method, header};
use actix_web::test::TestRequest;
use serde_json::{Value, json};

const STYLE: (&str, &str) = (".cursor/rules/style.mdc", "Use tabs.");
const BROKEN: &str = "---\ndescription: never closed\n";

async fn post(registry: &Registry, path: &str, body: &Value) -> Answer {
    with_key(registry, path, body, None).await
}

async fn with_key(registry: &Registry, path: &str, body: &Value, key: Option<&str>) -> Answer {
    let path = format!("/api/workspaces/{}{path}", registry.workspace().await);
    let request = TestRequest::post().uri(&path).insert_header((header::AUTHORIZATION, format!("Bearer {ADMIN}")));
    let request = key.into_iter().fold(request, |request, key| request.insert_header(("Idempotency-Key", key)));
    registry.send(request.set_json(body)).await
}

/// Index, status and error code of each item.
fn outcomes(answer: &Answer) -> Vec<(u64, u64, &str)> {
    let items = answer.body["data"]["items"].as_array().unwrap_or_else(|| panic!("{}", answer.shown()));
    let outcome = |item: &'_ Value| (item["index"].as_u64().unwrap(), item["status"].as_u64().unwrap());
    items
        .iter()
        .map(|item| (outcome(item).0, outcome(item).1, item["error"]["code"].as_str().unwrap_or_default()))
        .collect()
}

pub async fn each_item_has_an_outcome_of_its_own(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let items = json!({"items": [
        {"name": "one", "content": "First."},
        {"name": "two", "content": BROKEN},
        {"path": ".cursor/rules/three.mdc", "content": "Third, see `one`."},
        {"path": "src/main.rs", "content": "No rule."},
        {"name": "one", "content": "Again."},
        {"name": "five", "content": "Fifth.", "colour": "red"},
    ]});
    let made = post(&registry, "/rules/bulk-import", &items).await;
    let told: Vec<(u64, u64)> = outcomes(&made).iter().map(|(index, status, _)| (*index, *status)).collect();
    assert_eq!(told, [(0, 201), (1, 422), (2, 201), (3, 400), (4, 409), (5, 400)], "{}", made.shown());
    assert_eq!((&made.body["data"]["succeeded"], &made.body["data"]["failed"]), (&json!(2), &json!(4)));
    assert_eq!(made.body["data"]["items"][5]["error"]["details"][0]["field"], "items[5]");
    assert_eq!(registry.names("/rules").await, ["one", "style", "three"]);
    assert_eq!(registry.names("/rules?source=local").await, ["one", "three"]);
    let needs = registry.read("/rules/three/dependencies").await;
    assert_eq!(needs.body["data"]["dependencies"][0]["name"], "one", "links are settled: {}", needs.shown());

    let gone = json!({"items": [{"name": "one"}, {"name": "style"}, {"name": "none"}]});
    let gone = post(&registry, "/rules/bulk-delete", &gone).await;
    assert_eq!(outcomes(&gone), [(0, 200, ""), (1, 200, ""), (2, 404, "not-found")]);
    assert_eq!(registry.names("/rules").await, ["three"]);
}

pub async fn all_or_nothing(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let revision = registry.scene.store.revision(&registry.workspace().await).await.unwrap();
    let import = "/rules/bulk-import?atomic=true";
    for spoilt in [json!({"name": "two", "content": BROKEN}), json!({"name": "one", "content": "Again."}), json!(7)] {
        let items = json!({"items": [{"name": "one", "content": "First."}, spoilt]});
        let refused = post(&registry, import, &items).await;
        assert_eq!((refused.status, &refused.body["error"]["code"]), (422, &json!("nothing-written")));
        let named: Vec<_> =
            refused.body["error"]["details"].as_array().unwrap().iter().map(|one| &one["field"]).collect();
        assert_eq!(named, ["items[1]"], "{}", refused.shown());
    }
    assert_eq!(registry.names("/rules").await, ["style"]);
    assert_eq!(registry.scene.store.revision(&registry.workspace().await).await.unwrap(), revision, "nothing changed");

    let items = json!({"items": [{"name": "one", "content": "First."}, {"name": "two", "content": "Second."}]});
    assert_eq!(outcomes(&post(&registry, import, &items).await), [(0, 201, ""), (1, 201, "")]);
    assert_eq!(registry.names("/rules").await, ["one", "style", "two"]);
}

pub async fn an_update_needs_the_version_that_was_seen(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let items = json!({"items": [
        {"name": "style", "version": 1, "content": "Use spaces."},
        {"name": "style", "version": 1, "content": "Use both."},
        {"name": "style", "content": "Use none."},
    ]});
    let updated = post(&registry, "/rules/bulk-update", &items).await;
    let told: Vec<u64> = outcomes(&updated).iter().map(|(_, status, _)| *status).collect();
    assert_eq!(told, [200, 412, 400], "{}", updated.shown());
    let shown = registry.read("/rules/style").await.body["data"].clone();
    assert_eq!((&shown["content"], &shown["version"]), (&json!("Use spaces."), &json!(2)));
    let late = json!({"items": [{"name": "style", "version": 1}]});
    let late = post(&registry, "/rules/bulk-delete", &late).await;
    assert_eq!(outcomes(&late)[0].1, 412, "{}", late.shown());
}

pub async fn a_thousand_items_are_taken_and_no_more(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let items = |number: usize| {
        let item = |n: usize| json!({"name": format!("r{n:04}"), "content": format!("Rule {n}.")});
        json!({"items": (0..number).map(item).collect::<Vec<_>>()})
    };
    for number in [0, 1001] {
        let refused = post(&registry, "/rules/bulk-import", &items(number)).await;
        assert_eq!((refused.status, &refused.body["error"]["details"][0]["field"]), (400, &json!("items")));
    }
    let made = post(&registry, "/rules/bulk-import", &items(1000)).await;
    assert_eq!((made.status, &made.body["data"]["succeeded"]), (200, &json!(1000)), "{}", made.shown());
    assert_eq!(registry.read("/rules?source=local&pageSize=1").await.body["meta"]["total"], 1000);

    let large = json!({"items": [{"name": "large", "content": "x".repeat(17 * 1024 * 1024)}]});
    let refused = post(&registry, "/rules/bulk-import", &large).await;
    assert_eq!((refused.status, &refused.body["error"]["code"]), (413, &json!("too-large")));
    assert!(refused.body["error"]["message"].as_str().unwrap().contains("16777216"), "{}", refused.shown());
}

pub async fn a_bulk_request_is_done_once(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let items = json!({"items": [{"name": "one", "content": "First."}, {"name": "two", "content": BROKEN}]});
    let first = with_key(&registry, "/rules/bulk-import", &items, Some("k")).await;
    let again = with_key(&registry, "/rules/bulk-import", &items, Some("k")).await;
    assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body));
    let without = post(&registry, "/rules/bulk-import", &items).await;
    assert_eq!(outcomes(&without)[0].1, 409, "without the key it is another request");
    let other = json!({"items": [{"name": "three", "content": "Third."}]});
    assert_eq!(with_key(&registry, "/rules/bulk-import", &other, Some("k")).await.status, 422);
    assert_eq!(registry.names("/rules").await, ["one", "style"]);
}

pub async fn what_cannot_be_read_is_named(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    for (body, field) in
        [(json!([]), "body"), (json!({"items": 1}), "body"), (json!({"items": [], "atomic": true}), "body")]
    {
        let refused = post(&registry, "/rules/bulk-import", &body).await;
        assert_eq!((refused.status, &refused.body["error"]["details"][0]["field"]), (400, &json!(field)), "{body}");
    }
    let one = json!({"items": [{"name": "one", "content": "First."}]});
    for query in ["atomic=yes", "atomic=true&atomic=false", "atomically=true"] {
        assert_eq!(post(&registry, &format!("/rules/bulk-import?{query}"), &one).await.status, 400, "{query}");
    }
    assert_eq!(post(&registry, "/hooks/bulk-import", &one).await.status, 404);
    assert_eq!(registry.names("/rules").await, ["style"]);
}

pub async fn an_item_is_judged_as_a_request_of_its_own_would_be(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let long = format!(".cursor/rules/{}.mdc", "x".repeat(1000));
    let places = [
        json!({"path": ".cursor/rules/../../x.mdc"}),
        json!({"path": ".cursor/rules//x.mdc"}),
        json!({"path": ".cursor/rules/\0.mdc"}),
        json!({"path": long}),
        json!({"path": ".cursor/agents/x.md"}),
        json!({"name": "Not Kebab"}),
        json!({"name": "nul\0"}),
        json!({"name": ""}),
        json!({"name": "both", "path": ".cursor/rules/both.mdc"}),
        json!({}),
    ];
    for mut item in places {
        item["content"] = json!("Text.");
        let alone = registry.write(Method::POST, "/rules", None, &item).await;
        let bulk = post(&registry, "/rules/bulk-import", &json!({"items": [item]})).await;
        assert_eq!(alone.status, 400, "{item}: {}", alone.shown());
        assert_eq!(outcomes(&bulk), [(0, 400, "invalid-request")], "{item}");
    }
    // What lies deeper than any field of ours is not even kept.
    let deep = json!({"items": [{"name": [[[1]]], "content": {"a": 1}}]});
    assert_eq!(outcomes(&post(&registry, "/rules/bulk-import", &deep).await), [(0, 400, "invalid-request")]);
    assert_eq!(registry.names("/rules").await, ["style"]);
}
