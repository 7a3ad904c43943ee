//! Every route × everybody who may ask. A route without a row here fails the test.

use super::registry::{ADMIN, Registry};
use crate::support::Database;
use actix_web::http::Method;
use chrono::TimeDelta;
use dotcursor::api::endpoints;
use dotcursor::model::{Actor, RepositoryId, TaskId, WorkspaceId};
use dotcursor::queue::{Cause, DeadLetter, TaskMessage};
use dotcursor::store::catalog::Page;
use dotcursor::store::tokens::Role;

const STYLE: (&str, &str) = (".cursor/rules/style.mdc", "Use tabs.");

/// Those who ask, in the order of the columns below.
const ASKERS: [&str; 9] =
    ["nobody", "a stranger", "revoked", "expired", "elsewhere", "reader", "writer", "owner", "administrator"];

/// Which answer each asker gets, by method and path. `{w}` is the workspace, `{run}` a run of it, `{task}` an open
/// task, `{letter}` a dead letter.
const MATRIX: &[(&str, &str, [u16; 9])] = &[
    ("GET /api/audit", "/api/audit", [401, 401, 401, 401, 403, 403, 403, 403, 200]),
    ("GET /api/workspaces/{id}/audit", "/api/workspaces/{w}/audit", ADMINISTER),
    ("GET /openapi.json", "/openapi.json", OPEN),
    ("GET /docs", "/docs", OPEN),
    ("GET /api/dead-letters", "/api/dead-letters", [401, 401, 401, 401, 403, 403, 403, 403, 200]),
    (
        "POST /api/dead-letters/{id}/retry",
        "/api/dead-letters/{letter}/retry",
        [401, 401, 401, 401, 403, 403, 403, 403, 202],
    ),
    ("POST /api/runs/{id}/retry", "/api/runs/{run}/retry", [401, 401, 401, 401, 404, 403, 409, 409, 409]),
    ("GET /api/workspaces/{id}/sync/stream", "/api/workspaces/{w}/sync/stream", READ),
    ("GET /api/workspaces/{id}/{kind}/sync/stream", "/api/workspaces/{w}/rules/sync/stream", READ),
    ("GET /api/workspaces/{id}/tasks", "/api/workspaces/{w}/tasks", READ),
    ("GET /api/workspaces/{id}/tasks/{task}", "/api/workspaces/{w}/tasks/{task}", READ),
    ("POST /api/workspaces/{id}/tasks/{task}/retry", "/api/workspaces/{w}/tasks/{task}/retry", WRITE),
    ("GET /auth/github", "/auth/github", [302; 9]),
    ("GET /auth/github/callback", "/auth/github/callback?code=x&state=y", [400; 9]),
    ("POST /auth/sign-out", "/auth/sign-out", [403; 9]),
    ("GET /api/repositories/{owner}/{repo}", "/api/repositories/octo/repo", READ),
    ("GET /api/tokens", "/api/tokens", [401, 401, 401, 401, 200, 403, 403, 200, 200]),
    // Without a body.
    ("POST /api/tokens", "/api/tokens", [401, 401, 401, 401, 400, 403, 403, 400, 400]),
    ("GET /api/tokens/{id}", "/api/tokens/{token}", ADMINISTER),
    ("DELETE /api/tokens/{id}", "/api/tokens/{token}", [401, 401, 401, 401, 404, 403, 403, 204, 204]),
    ("POST /api/workspaces", "/api/workspaces", [401, 401, 401, 401, 403, 403, 403, 403, 400]),
    ("PATCH /api/workspaces/{id}", "/api/workspaces/{w}", [401, 401, 401, 401, 404, 403, 403, 400, 400]),
    // Without a confirmation.
    ("DELETE /api/workspaces/{id}", "/api/workspaces/{w}", [401, 401, 401, 401, 404, 403, 403, 403, 409]),
    ("PUT /api/workspaces/{id}/repositories/{repository}", "/api/workspaces/{w}/repositories/7", REGISTRY),
    (
        "DELETE /api/workspaces/{id}/repositories/{repository}",
        "/api/workspaces/{w}/repositories/99",
        [401, 401, 401, 401, 404, 403, 403, 403, 404],
    ),
    (
        "GET /api/workspaces/{id}/repositories/{repository}/preview",
        "/api/workspaces/{w}/repositories/7/preview",
        REGISTRY,
    ),
    ("GET /api/deliveries", "/api/deliveries", [401, 401, 401, 401, 403, 403, 403, 403, 200]),
    ("GET /api/deliveries/missed", "/api/deliveries/missed", [401, 401, 401, 401, 403, 403, 403, 403, 200]),
    ("GET /api/runs/{id}", "/api/runs/{run}", [401, 401, 401, 401, 404, 200, 200, 200, 200]),
    ("GET /api/workspaces", "/api/workspaces", [401, 401, 401, 401, 200, 200, 200, 200, 200]),
    ("GET /api/workspaces/{id}", "/api/workspaces/{w}", READ),
    ("GET /api/workspaces/{id}/runs", "/api/workspaces/{w}/runs", READ),
    ("POST /api/workspaces/{id}/sync", "/api/workspaces/{w}/sync", WRITE),
    ("GET /api/workspaces/{id}/sync/status", "/api/workspaces/{w}/sync/status", READ),
    ("GET /api/workspaces/{id}/{kind}", "/api/workspaces/{w}/rules", READ),
    ("POST /api/workspaces/{id}/{kind}/bulk-import", "/api/workspaces/{w}/rules/bulk-import", WITHOUT_BODY),
    ("POST /api/workspaces/{id}/{kind}/bulk-update", "/api/workspaces/{w}/rules/bulk-update", WITHOUT_BODY),
    ("POST /api/workspaces/{id}/{kind}/bulk-delete", "/api/workspaces/{w}/rules/bulk-delete", WITHOUT_BODY),
    ("POST /api/workspaces/{id}/{kind}", "/api/workspaces/{w}/rules", BAD),
    ("PUT /api/workspaces/{id}/{kind}/{name}", "/api/workspaces/{w}/rules/style", UNCONDITIONAL),
    ("DELETE /api/workspaces/{id}/{kind}/{name}", "/api/workspaces/{w}/rules/none", MISSING),
    ("POST /api/workspaces/{id}/{kind}/{name}/revert/{version}", "/api/workspaces/{w}/rules/style/revert/1", WRITE_NOW),
    ("POST /api/workspaces/{id}/{kind}/{name}/resolve", "/api/workspaces/{w}/rules/style/resolve", BAD),
    ("POST /api/workspaces/{id}/{kind}/sync", "/api/workspaces/{w}/rules/sync", WRITE),
    ("GET /api/workspaces/{id}/{kind}/sync/status", "/api/workspaces/{w}/rules/sync/status", READ),
    ("GET /api/workspaces/{id}/{kind}/{name}", "/api/workspaces/{w}/rules/style", READ),
    ("GET /api/workspaces/{id}/graph", "/api/workspaces/{w}/graph", READ),
    ("GET /api/workspaces/{id}/{kind}/{name}/dependencies", "/api/workspaces/{w}/rules/style/dependencies", READ),
    ("GET /api/workspaces/{id}/{kind}/{name}/dependents", "/api/workspaces/{w}/rules/style/dependents", READ),
    ("POST /api/workspaces/{id}/{kind}/{name}/resolve-deps", "/api/workspaces/{w}/rules/style/resolve-deps", WRITE_NOW),
    ("POST /api/workspaces/{id}/{kind}/{name}/validate", "/api/workspaces/{w}/rules/style/validate", WRITE_NOW),
    ("POST /api/workspaces/{id}/{kind}/validate-all", "/api/workspaces/{w}/rules/validate-all", WRITE),
    ("GET /api/workspaces/{id}/{kind}/{name}/versions", "/api/workspaces/{w}/rules/style/versions", READ),
    ("GET /api/workspaces/{id}/{kind}/{name}/versions/{version}", "/api/workspaces/{w}/rules/style/versions/1", READ),
    (
        "GET /api/workspaces/{id}/{kind}/{name}/versions/{version}/diff/{other}",
        "/api/workspaces/{w}/rules/style/versions/1/diff/1",
        READ,
    ),
];

/// For anybody.
const OPEN: [u16; 9] = [200; 9];

/// The paths of what can be read of a workspace or over all of them; those that ask for more than `{w}` and `{run}`, and streams,
/// which have no end, are left out.
pub fn reading() -> impl Iterator<Item = &'static str> {
    let paths = MATRIX.iter().filter(|(route, ..)| route.starts_with("GET /api/")).map(|(_, path, _)| *path);
    let is_plain = |path: &str| !path.replace("{w}", "").replace("{run}", "").contains('{');
    paths.filter(move |path| is_plain(path) && !path.ends_with("/stream"))
}

/// Another workspace's token sees nothing there, not even that it is there.
const READ: [u16; 9] = [401, 401, 401, 401, 404, 200, 200, 200, 200];
const WRITE: [u16; 9] = [401, 401, 401, 401, 404, 403, 202, 202, 202];
/// Whoever may write is told what is missing.
const WITHOUT_BODY: [u16; 9] = [401, 401, 401, 401, 404, 403, 400, 400, 400];
/// Of the workspace.
const ADMINISTER: [u16; 9] = [401, 401, 401, 401, 404, 403, 403, 200, 200];
/// For administrators of the whole registry, in a workspace.
const REGISTRY: [u16; 9] = [401, 401, 401, 401, 404, 403, 403, 403, 200];
/// Whoever may write is told what is wrong with an empty request; the others are not.
const BAD: [u16; 9] = [401, 401, 401, 401, 404, 403, 400, 400, 400];
const MISSING: [u16; 9] = [401, 401, 401, 401, 404, 403, 404, 404, 404];
const UNCONDITIONAL: [u16; 9] = [401, 401, 401, 401, 404, 403, 428, 428, 428];
/// Done when it is answered.
const WRITE_NOW: [u16; 9] = [401, 401, 401, 401, 404, 403, 200, 200, 200];

pub async fn every_route_asks_who_it_is(database: Database) {
    let registry = Registry::with(database, &[STYLE]).await;
    let workspace = registry.workspace().await;
    let tokens = tokens(&registry, &workspace).await;
    let (task, letter) = (open_task(&registry, &workspace).await, dead_letter(&registry).await);
    let run = registry.scene.store.request_sync(&workspace).await.unwrap().remove(0).id;
    let (token, _) = registry.token_until(Some(workspace.clone()), Role::Read, None).await;
    let signed_in = signed_in(&registry).await;
    for endpoint in endpoints() {
        let route = format!("{} {}", endpoint.method, endpoint.path);
        let row = MATRIX.iter().find(|(of, ..)| *of == route);
        let (_, path, expected) = row.unwrap_or_else(|| panic!("{route} has no row in the matrix"));
        let path = path.replace("{w}", workspace.as_str()).replace("{run}", &run);
        let path = path.replace("{task}", &task).replace("{letter}", &letter).replace("{token}", token.as_str());
        for ((asker, token), expected) in ASKERS.iter().zip(&tokens).zip(expected) {
            let answer = registry.ask(endpoint.method.clone(), &path, token.as_deref()).await;
            assert_eq!(answer.status, *expected, "{} {path} by {asker}: {}", endpoint.method, answer.body);
        }
        // Whoever signed in with GitHub is as a reader, a writer, or somebody from elsewhere.
        // Signing in and out is for whoever has no session yet, or has it no more.
        for (asker, cookie, like) in signed_in.iter().filter(|_| endpoint.path.starts_with("/api/")) {
            let answer = registry.ask_by_cookie(endpoint.method.clone(), &path, cookie).await;
            let expected = expected[*like];
            assert_eq!(answer.status, expected, "{} {path} by {asker}: {}", endpoint.method, answer.body);
        }
    }
    let seen = registry.ask(actix_web::http::Method::GET, "/api/workspaces", tokens[4].as_deref()).await;
    assert_eq!(seen.body["meta"]["total"], 1, "a tenant sees its own workspace");
    assert_ne!(seen.body["data"][0]["id"], workspace.as_str());
}

/// Whatever else is wrong with the request.
pub async fn who_is_not_known_is_told_nothing_else(database: Database) {
    let registry = Registry::open(database).await;
    for (route, path, _) in MATRIX {
        let (method, _) = route.split_once(" /api/").unwrap_or_default();
        let Ok(method) = method.parse::<Method>() else { continue };
        let path = format!("{}?nonsense=1&page=1&page=2", path.replace(['{', '}'], ""));
        for token in [None, Some("dcur_nobody-made-this")] {
            let answer = registry.ask(method.clone(), &path, token).await;
            assert_eq!(answer.status, 401, "{method} {path}: {}", answer.body);
        }
    }
}

async fn open_task(registry: &Registry, workspace: &WorkspaceId) -> String {
    let comparison = registry.scene.compare("two", &[STYLE, (".cursor/rules/open.mdc", "Open.")]).await;
    registry.scene.apply(&comparison).await;
    registry.scene.store.tasks(workspace, None, Page { number: 1, size: 1 }).await.unwrap().0.remove(0).id
}

async fn dead_letter(registry: &Registry) -> String {
    let body = TaskMessage::new(TaskId::generate(), registry.scene.repository).encode();
    let died_at = registry.scene.store.now().await.unwrap();
    let letter = DeadLetter { lane: None, cause: Cause::ReturnedTooOften, body, died_at };
    registry.scene.store.keep_letters(&[letter]).await.unwrap();
    registry.scene.store.letters(Page { number: 1, size: 1 }).await.unwrap().0.remove(0).id
}

/// One for each of [`ASKERS`].
async fn tokens(registry: &Registry, workspace: &WorkspaceId) -> [Option<String>; 9] {
    let own = || Some(workspace.clone());
    let elsewhere = Some(another_workspace(registry).await);
    let (revoked, revoked_text) = registry.token_until(own(), Role::Admin, None).await;
    registry.scene.store.revoke_token(&revoked, &Actor::Cli).await.unwrap();
    let past = registry.scene.store.now().await.unwrap() - TimeDelta::seconds(1);
    let (_, expired) = registry.token_until(own(), Role::Admin, Some(past)).await;
    [
        None,
        Some("dcur_nobody-made-this".to_owned()),
        Some(revoked_text),
        Some(expired),
        Some(registry.token(elsewhere, Role::Admin).await),
        Some(registry.token(own(), Role::Read).await),
        Some(registry.token(own(), Role::Write).await),
        Some(registry.token(own(), Role::Admin).await),
        Some(ADMIN.to_owned()),
    ]
}

/// Sessions, each with the column that it is like.
async fn signed_in(registry: &Registry) -> [(&'static str, String, usize); 2] {
    let own = registry.scene.repository.0;
    [
        ("somebody signed in who may not push", registry.session("reader", &[(own, false)]).await, 5),
        ("somebody signed in who may push", registry.session("writer", &[(own, true)]).await, 6),
    ]
}

/// A workspace with a repository of its own.
async fn another_workspace(registry: &Registry) -> WorkspaceId {
    let other = RepositoryId::new(8);
    registry.scene.push_of(other, "octo/other").await;
    registry.scene.store.workspace_of(other).await.unwrap().unwrap()
}
