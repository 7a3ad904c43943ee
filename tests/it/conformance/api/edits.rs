//! Definitions are written over HTTP.

use super::registry::Registry;
use crate::support::Database;
use actix_web::http::Method;
use dotcursor::model::BlobSha;
use serde_json::{Value, json};

const STYLE: &str = ".cursor/rules/style.mdc";
const GITS: &str = "---\ndescription: Git's\n---\nUse tabs.";
const MINE: &str = "---\ndescription: Mine\n---\nUse spaces.";

async fn registry(database: Database) -> Registry {
    Registry::with(database, &[(STYLE, GITS)]).await
}

fn blob(text: &str) -> String {
    BlobSha::of_bytes(text.as_bytes()).to_string()
}

/// Puts another text in place of the rule's.
async fn edit(registry: &Registry, text: &str) {
    let answer = registry.write(Method::PUT, "/rules/style", Some("*"), &json!({"content": text})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

pub async fn a_definition_is_made_read_changed_and_deleted(database: Database) {
    let registry = registry(database).await;
    let new = json!({"name": "house", "content": MINE});
    let made = registry.write(Method::POST, "/rules", None, &new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let place = made.header("location").to_owned();
    let read = registry.get(&place).await;
    assert_eq!((&read.body, read.header("etag")), (&made.body, made.header("etag")));
    let one = &made.body["data"];
    let told = [&one["name"], &one["source"], &one["syncStatus"], &one["blob"], &one["content"]];
    assert_eq!(told, [&json!("house"), &json!("local"), &json!("synced"), &json!(blob(MINE)), &json!(MINE)]);
    assert_eq!((&one["sourcePath"], &one["edited"], &one["git"]), (&Value::Null, &json!(false), &Value::Null));
    let changed =
        registry.write(Method::PUT, "/rules/house", Some(made.header("etag")), &json!({"content": "Two."})).await;
    assert_eq!((changed.status, &changed.body["data"]["version"]), (200, &json!(2)));
    let gone = registry.write(Method::DELETE, "/rules/house", Some(made.header("etag")), &json!({})).await;
    assert_eq!(gone.status, 412, "it has changed since: {}", gone.body);
    let gone = registry.write(Method::DELETE, "/rules/house", Some(changed.header("etag")), &json!({})).await;
    assert_eq!(gone.status, 204, "{}", gone.body);
    assert_eq!(registry.read("/rules/house").await.status, 404);
    assert_eq!(registry.read("/rules/house/versions").await.body["meta"]["total"], 2, "its history stays");
}

pub async fn what_is_wrong_with_a_new_definition_is_named(database: Database) {
    let registry = registry(database).await;
    let refused = async |body: Value| {
        let answer = registry.write(Method::POST, "/rules", None, &body).await;
        let details = answer.body["error"]["details"].as_array().cloned().unwrap_or_default();
        let fields: Vec<_> = details.iter().map(|one| one["field"].as_str().unwrap_or_default().to_owned()).collect();
        format!("{} {} {}", answer.status, answer.body["error"]["code"].as_str().unwrap_or_default(), fields.join(","))
    };
    assert_eq!(refused(json!({"contents": "x", "nmae": "y"})).await, "400 invalid-request contents,nmae,content,name");
    assert_eq!(refused(json!({"content": 1, "name": "x"})).await, "400 invalid-request content");
    assert_eq!(refused(json!({"content": "x", "name": "Not Kebab"})).await, "400 invalid-request name");
    assert_eq!(refused(json!({"content": "x", "path": ".cursor/agents/a.md"})).await, "400 invalid-request path");
    assert_eq!(refused(json!({"content": "x", "path": "../.cursor/rules/a.mdc"})).await, "400 invalid-request path");
    assert_eq!(refused(json!({"content": "x", "path": "a", "name": "b"})).await, "400 invalid-request name");
    assert_eq!(refused(json!([])).await, "400 invalid-request body");
    registry.write(Method::POST, "/rules", None, &json!({"name": "house", "content": MINE})).await;
    assert_eq!(refused(json!({"name": "house", "content": MINE})).await, "409 taken name");
    let otherwise = "---\nname: written\ndescription: Helps.\n---\nHelp.";
    let answer = registry.write(Method::POST, "/agents", None, &json!({"name": "given", "content": otherwise})).await;
    assert_eq!((answer.status, &answer.body["error"]["details"][0]["field"]), (400, &json!("name")));
    assert_eq!(registry.names("/rules").await, ["house", "style"], "nothing of all that is stored");
}

pub async fn a_broken_text_is_refused_with_what_the_reader_found(database: Database) {
    let registry = registry(database).await;
    let broken = json!({"content": "---\ndescription: never closed\nBad."});
    let answer = registry.write(Method::PUT, "/rules/style", Some("*"), &broken).await;
    assert_eq!((answer.status, &answer.body["error"]["code"]), (422, &json!("broken")));
    assert_eq!(answer.body["error"]["details"][0]["code"], "frontmatter-unclosed");
    assert_eq!(answer.body["error"]["details"][0]["line"], 1);
    assert_eq!(registry.read("/rules/style").await.body["data"]["version"], 1);
}

pub async fn a_change_says_what_was_read(database: Database) {
    let registry = registry(database).await;
    let read = registry.read("/rules/style").await;
    let put = async |tag: Option<&str>, text: &str| {
        registry.write(Method::PUT, "/rules/style", tag, &json!({"content": text})).await.status
    };
    assert_eq!(put(None, "One.").await, 428);
    assert_eq!(put(Some("\"another\""), "One.").await, 412);
    assert_eq!(put(Some(&format!("W/{}", read.header("etag"))), "One.").await, 412, "a weak tag proves nothing");
    // A push comes between reading and writing.
    registry.sync("two", &[(STYLE, "Git's newer text.")]).await;
    assert_eq!(put(Some(read.header("etag")), "One.").await, 412);
    let read = registry.read("/rules/style").await;
    assert_eq!(put(Some(&format!("\"another\", {}", read.header("etag"))), "One.").await, 200);
    assert_eq!(put(Some(read.header("etag")), "Two.").await, 412);
    assert_eq!(registry.write(Method::PUT, "/rules/none", Some("*"), &json!({"content": "x"})).await.status, 404);
}

pub async fn an_edit_shows_what_git_says(database: Database) {
    let registry = registry(database).await;
    edit(&registry, MINE).await;
    let rule = registry.read("/rules/style").await.body["data"].clone();
    assert_eq!((&rule["content"], &rule["edited"], &rule["source"]), (&json!(MINE), &json!(true), &json!("github")));
    assert_eq!(
        (&rule["syncStatus"], &rule["conflict"], &rule["description"]),
        (&json!("synced"), &Value::Null, &json!("Mine"))
    );
    assert_eq!(rule["git"], json!({"blob": blob(GITS), "content": GITS, "frontmatter": {"description": "Git's"}}));
    let listed = registry.read("/rules").await.body["data"][0].clone();
    assert_eq!((&listed["edited"], &listed["git"]), (&json!(true), &Value::Null));
}

pub async fn a_conflict_is_shown_and_settled(database: Database) {
    let registry = registry(database).await;
    edit(&registry, MINE).await;
    registry.sync("two", &[(STYLE, "Git's newer text.")]).await;
    let newer = blob("Git's newer text.");
    let rule = registry.read("/rules/style").await.body["data"].clone();
    assert_eq!((&rule["syncStatus"], &rule["conflict"]), (&json!("conflict"), &json!({"type": "edit", "blob": newer})));
    let problems = registry.read("/sync/status").await.body["data"]["problems"].clone();
    assert_eq!(problems[0]["code"], "edit-conflict");
    let resolve = async |body: Value| registry.write(Method::POST, "/rules/style/resolve", None, &body).await;
    let unseen = resolve(json!({"take": "github"})).await;
    assert_eq!((unseen.status, &unseen.body["error"]["details"][0]["field"]), (400, &json!("blob")));
    assert_eq!(resolve(json!({"take": "both", "blob": newer})).await.status, 400);
    let stale = resolve(json!({"take": "github", "blob": blob(GITS)})).await;
    assert_eq!((stale.status, &stale.body["error"]["code"]), (409, &json!("moved-on")));
    assert_eq!(stale.body["error"]["details"][0]["blob"], newer.as_str());
    let settled = resolve(json!({"take": "github", "blob": newer})).await;
    assert_eq!((settled.status, &settled.body["data"]["content"]), (200, &json!("Git's newer text.")));
    assert_eq!((&settled.body["data"]["edited"], &settled.body["data"]["git"]), (&json!(false), &Value::Null));
    assert_eq!(resolve(json!({"take": "github", "blob": newer})).await.body["error"]["code"], "no-conflict");

    edit(&registry, MINE).await;
    registry.sync("three", &[]).await;
    let conflict = registry.read("/rules/style").await.body["data"]["conflict"].clone();
    assert_eq!(conflict, json!({"type": "edit", "blob": null}));
    assert_eq!(resolve(json!({"take": "github", "blob": null})).await.status, 204);
    assert_eq!(registry.read("/rules/style").await.status, 404);
}

pub async fn a_version_is_put_back(database: Database) {
    let registry = registry(database).await;
    edit(&registry, MINE).await;
    edit(&registry, "Three.").await;
    let revert = async |version: &str| {
        registry.write(Method::POST, &format!("/rules/style/revert/{version}"), None, &json!({})).await
    };
    let back = revert("2").await;
    assert_eq!((&back.body["data"]["content"], &back.body["data"]["version"]), (&json!(MINE), &json!(4)));
    let gits = revert("1").await;
    assert_eq!((&gits.body["data"]["edited"], &gits.body["data"]["version"]), (&json!(false), &json!(5)));
    assert_eq!((revert("9").await.status, revert("x").await.status), (404, 404));
}

pub async fn every_write_is_noted_with_who_did_it(database: Database) {
    let registry = registry(database).await;
    edit(&registry, MINE).await;
    registry.write(Method::DELETE, "/rules/style", None, &json!({})).await;
    let audit = registry.read("/audit?actor=administrator").await.body["data"].clone();
    let noted: Vec<_> = audit.as_array().unwrap().iter().map(|one| (&one["action"], &one["actor"])).collect();
    let by = json!("administrator");
    assert_eq!(noted, [(&json!("definition.delete"), &by), (&json!("definition.update"), &by)]);
    let versions = registry.read("/rules/style/versions").await.body["data"].clone();
    assert_eq!((&versions[1]["changedBy"], &versions[2]["changedBy"]), (&by, &json!("github_sync")));
}
