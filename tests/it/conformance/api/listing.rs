//! Lists: filtered, sorted, and cut down to the fields that are asked for.

use super::registry::Registry;
use crate::support::Database;
use actix_web::http::Method;
use dotcursor::model::RepositoryId;
use serde_json::json;
use std::collections::BTreeSet;

const FILES: [(&str, &str); 3] = [
    (".cursor/rules/style.mdc", "Use tabs."),
    ("apps/web/.cursor/rules/components.mdc", "Small ones."),
    (".cursor/rules/deep/nested.mdc", "Deep."),
];

pub async fn a_repository_is_chosen_by_its_name_or_number(database: Database) {
    let registry = Registry::with(database, &FILES).await;
    registry.scene.push_of(RepositoryId::new(8), "octo/other").await;
    for own in ["repository=octo/repo", "repository=7", "repository=Octo/REPO"] {
        assert_eq!(registry.names(&format!("/rules?{own}")).await.len(), 3, "{own}");
    }
    for other in ["repository=octo/other", "repository=8", "repository=octo/none", "repository=-1"] {
        assert!(registry.names(&format!("/rules?{other}")).await.is_empty(), "{other}");
    }
}

pub async fn a_scope_is_chosen(database: Database) {
    let registry = Registry::with(database, &FILES).await;
    assert_eq!(registry.names("/rules?scope=apps/web").await, ["apps-web-components"]);
    assert_eq!(registry.names("/rules?scope=").await, ["deep-nested", "style"], "the root");
    assert!(registry.names("/rules?scope=apps").await.is_empty());
}

pub async fn what_changed_since_is_chosen(database: Database) {
    let registry = Registry::with(database, &FILES).await;
    let before = registry.read("/rules/style").await.body["data"]["updatedAt"].as_str().unwrap().to_owned();
    assert_eq!(registry.names(&format!("/rules?changedSince={before}")).await.len(), 3, "that time is among them");
    // The clock of the database has moved on by the time that the second sync is answered.
    let mut changed = FILES;
    changed[0].1 = "Use spaces.";
    let since = registry.scene.store.now().await.unwrap().and_utc().to_rfc3339().replace('+', "%2B");
    registry.sync("two", &changed).await;
    assert_eq!(registry.names(&format!("/rules?changedSince={since}")).await, ["style"]);
    assert!(registry.names("/rules?changedSince=2999-01-01T00:00:00-05:00").await.is_empty());
}

/// With `changedSince` a tool learns of what went, too.
pub async fn what_is_gone_is_listed_apart(database: Database) {
    let registry = Registry::with(database, &FILES).await;
    assert!(registry.names("/rules?deleted=true").await.is_empty());
    registry.sync("two", &FILES[1..]).await;
    assert_eq!(registry.names("/rules?deleted=true").await, ["style"]);
    assert_eq!(registry.names("/rules?deleted=false").await, ["apps-web-components", "deep-nested"]);
    let since = registry.scene.store.now().await.unwrap().and_utc().to_rfc3339().replace('+', "%2B");
    assert!(registry.names(&format!("/rules?deleted=true&changedSince={since}")).await.is_empty());
    // Hidden over the API, it is not served, either.
    let hidden = registry.write(Method::DELETE, "/rules/deep-nested", None, &json!({})).await;
    assert_eq!(hidden.status, 204, "{}", hidden.shown());
    let gone = async || registry.names(&format!("/rules?deleted=true&changedSince={since}")).await;
    assert_eq!(gone().await, ["deep-nested"]);
    registry.sync("three", &FILES).await;
    assert_eq!(registry.names("/rules?deleted=true").await, ["deep-nested"], "a file that comes back is not gone");
    assert_eq!(registry.read("/rules?deleted=maybe").await.status, 400);
}

pub async fn lists_are_sorted_as_asked(database: Database) {
    let registry = Registry::with(database, &FILES).await;
    let mut changed = FILES;
    changed[2].1 = "Deeper.";
    registry.sync("two", &changed).await;
    let by_name = ["apps-web-components", "deep-nested", "style"];
    assert_eq!(registry.names("/rules").await, by_name);
    assert_eq!(registry.names("/rules?sort=name").await, by_name);
    assert_eq!(registry.names("/rules?sort=-name").await, ["style", "deep-nested", "apps-web-components"]);
    assert_eq!(registry.names("/rules?sort=path").await, ["deep-nested", "style", "apps-web-components"]);
    assert_eq!(registry.names("/rules?sort=-path").await, ["apps-web-components", "style", "deep-nested"]);
    assert_eq!(registry.names("/rules?sort=-updatedAt").await[0], "deep-nested");
    assert_eq!(registry.names("/rules?sort=updatedAt").await[2], "deep-nested");
    let (up, down) = (registry.names("/rules?sort=createdAt").await, registry.names("/rules?sort=-createdAt").await);
    assert_eq!(up, down.into_iter().rev().collect::<Vec<_>>());
}

pub async fn pages_of_equals_do_not_overlap(database: Database) {
    let paths: Vec<String> = (0..30).map(|n| format!("p{n}/.cursor/rules/r.mdc")).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "text")).collect();
    let registry = Registry::with(database, &files).await;
    for sort in ["createdAt", "-createdAt", "updatedAt", "-updatedAt"] {
        let mut seen = BTreeSet::new();
        for page in 1..=10 {
            seen.extend(registry.names(&format!("/rules?sort={sort}&pageSize=3&page={page}")).await);
        }
        assert_eq!(seen.len(), 30, "all were made at the same time, and each is listed once by {sort}");
    }
}

pub async fn a_list_shows_the_fields_that_are_named(database: Database) {
    let registry = Registry::with(database, &FILES[..1]).await;
    let some = registry.read("/rules?fields=name,ruleType,syncStatus").await;
    assert_eq!(some.body["data"], json!([{"name": "style", "syncStatus": "synced", "ruleType": "manual"}]));
    let refused = registry.read("/rules?fields=name,nmae,model").await;
    let named: Vec<&str> = refused.body["error"]["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["problem"].as_str().unwrap().split(';').next().unwrap())
        .collect();
    assert_eq!(named, ["a list of rules has no field \"nmae\"", "a list of rules has no field \"model\""]);
}

pub async fn every_field_that_is_shown_can_be_named(database: Database) {
    let skill = "---\nname: s\ndescription: d\nlicense: MIT\ncompatibility: all\nallowed-tools: Read\npaths: src\n\
                 metadata:\n  a: b\n---\nDo it.";
    let files = [
        (".cursor/rules/style.mdc", "Use tabs."),
        (".cursor/agents/a.md", "Review."),
        (".cursor/commands/c.md", "Run it."),
        (".cursor/skills/s/SKILL.md", skill),
    ];
    let registry = Registry::with(database, &files).await;
    for kind in ["rules", "agents", "commands", "skills"] {
        let all = registry.read(&format!("/{kind}")).await.body["data"][0].clone();
        let names: Vec<&str> = all.as_object().unwrap().keys().map(String::as_str).collect();
        let same = registry.read(&format!("/{kind}?fields={}", names.join(","))).await;
        assert_eq!((same.status, &same.body["data"][0]), (200, &all), "{kind}: {}", same.body);
    }
}
