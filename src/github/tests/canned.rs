//! Answers as GitHub gives them where the stand-in is plainer, from a server that knows nothing.

use super::scene::github_at;
use crate::github::{FolderState, GitHubError, Look, RepositoryRef, Unavailability};
use crate::model::{InstallationId, RepositoryId};
use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::{Value, json};
use std::time::Duration;

/// Gives tokens, and this answer to every query.
async fn look_at(answer: Value) -> Result<Look, GitHubError> {
    let app = move || {
        let answer = answer.clone();
        let token = json!({"token": "of no particular length", "expires_at": "2999-01-01T00:00:00Z"});
        App::new()
            .route("/graphql", web::post().to(move || std::future::ready(HttpResponse::Ok().json(&answer))))
            .default_service(web::to(move || std::future::ready(HttpResponse::Created().json(&token))))
    };
    let server = HttpServer::new(app).workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    let serving = tokio::spawn(server);
    let client = github_at(&url, Duration::from_secs(5)).installation(InstallationId::new(1));
    let repository = RepositoryRef { id: RepositoryId::new(7), full_name: "octo/demo".to_owned() };
    let look = client.look(&repository, None, &[".cursor".to_owned(), "b/.cursor".to_owned()]).await;
    handle.stop(false).await;
    serving.await.unwrap().unwrap();
    look
}

fn answer(commit: &Value, errors: &Value) -> Value {
    let tracked = json!({"name": "main", "target": commit});
    let repository = json!({
        "databaseId": 7, "nameWithOwner": "octo/demo", "isPrivate": true, "isArchived": false,
        "defaultBranchRef": {"name": "main"}, "tracked": tracked,
    });
    json!({"data": {"repository": repository}, "errors": errors})
}

fn commit() -> Value {
    let tree = json!({"name": ".cursor", "mode": 16384, "oid": "3".repeat(40), "size": 0, "object": {"entries": []}});
    json!({"oid": "1".repeat(40), "tree": {"oid": "2".repeat(40)}, "f0": tree, "f1": null})
}

fn problem(kind: Option<&str>, message: &str) -> Value {
    let path = json!(["repository", "tracked", "target", "f1"]);
    json!([{"type": kind, "message": message, "path": path, "locations": [{"line": 1, "column": 1}]}])
}

#[tokio::test]
async fn a_null_that_says_not_found_is_a_missing_folder() {
    let told = problem(Some("NOT_FOUND"), "Could not resolve file for path 'b/.cursor'.");
    let look = look_at(answer(&commit(), &told)).await.unwrap();
    assert_eq!(look.folders[0].state, FolderState::Tree(vec![]));
    assert_eq!(look.folders[1].state, FolderState::Missing);
}

#[tokio::test]
async fn a_null_that_says_anything_else_is_no_deletion() {
    let words = "Something went wrong while executing your query.";
    let error = look_at(answer(&commit(), &problem(None, words))).await.unwrap_err();
    let GitHubError::Unavailable { reason: Unavailability::Query(message), .. } = error else { panic!("{error}") };
    assert_eq!(message, words);
    let elsewhere = json!([{"type": "NOT_FOUND", "message": "?", "path": ["repository", "tracked"]}]);
    assert!(look_at(answer(&commit(), &elsewhere)).await.is_err(), "it is not about the folder");
}

#[tokio::test]
async fn an_answer_that_leaves_a_folder_out_is_unreadable() {
    let mut short = commit();
    short.as_object_mut().unwrap().remove("f1");
    let error = look_at(answer(&short, &Value::Null)).await.unwrap_err();
    assert!(matches!(error, GitHubError::Unreadable { .. }), "{error}");
}

#[tokio::test]
async fn an_answer_in_another_shape_is_unreadable() {
    for odd in [json!([]), json!({"data": {"repository": {"databaseId": "7"}}}), json!("hello")] {
        let error = look_at(odd).await.unwrap_err();
        assert!(matches!(error, GitHubError::Unreadable { .. }), "{error}");
    }
}
