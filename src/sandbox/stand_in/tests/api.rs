//! Tokens, addresses, lists and check runs.

use super::client::{Scene, options};
use crate::sandbox::git::fixture::Checkout;
use crate::sandbox::{Endpoint, NewRepository, StandIn};
use reqwest::Method;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_token_has_the_new_long_form_and_opens_the_repository() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    let minted: Value = scene.mint().await.json().await.unwrap();
    assert!(minted["token"].as_str().unwrap().starts_with("ghs_4711_ey"));
    assert!(minted["expires_at"].is_string());
    let repository = scene.json("/repos/octo/demo").await;
    assert_eq!(repository["id"], scene.repository);
    assert_eq!(repository["default_branch"], "main");
    assert_eq!(scene.json(&format!("/repositories/{}", scene.repository)).await["full_name"], "octo/demo");
    assert_eq!(scene.stand_in.calls().of(Endpoint::AccessTokens), 1);
}

#[actix_web::test]
async fn a_json_web_token_must_be_the_apps_own_and_short_lived() {
    let scene = Scene::with(&[]).await;
    let now = chrono::Utc::now().timestamp();
    let id = scene.stand_in.app_id();
    for (claims, expected) in [
        (json!({"iss": id.to_string(), "iat": now - 60, "exp": now + 600}), 200),
        (json!({"iss": id, "iat": now - 60, "exp": now + 3_600}), 401),
        (json!({"iss": id, "iat": now - 900, "exp": now - 300}), 401),
        (json!({"iss": id, "iat": now + 900, "exp": now + 300}), 401),
        (json!({"iss": id + 1, "iat": now - 60, "exp": now + 300}), 401),
    ] {
        assert_eq!(scene.with_jwt(Method::GET, "/app", &claims).await.status(), expected, "{claims}");
    }
    assert_eq!(scene.get("/app").await.status(), 401, "an installation's token is no proof of the App");
}

#[actix_web::test]
async fn suspended_and_removed_installations_get_no_token() {
    let scene = Scene::with(&[]).await;
    scene.stand_in.suspend(scene.installation).await.unwrap();
    assert_eq!(scene.mint().await.status(), 403);
    assert_eq!(scene.get("/repos/octo/demo").await.status(), 403);
    scene.stand_in.unsuspend(scene.installation).await.unwrap();
    assert_eq!(scene.mint().await.status(), 201);
    scene.stand_in.uninstall(scene.installation).await.unwrap();
    assert_eq!(scene.mint().await.status(), 404);
    assert_eq!(scene.get("/repos/octo/demo").await.status(), 401);
}

#[actix_web::test]
async fn repositories_come_in_pages() {
    let scene = Scene::with(&[]).await;
    let second = NewRepository::new(scene.installation, "octo/second", scene.checkout.path());
    scene.stand_in.add_repository(second).unwrap();
    let first = scene.get("/installation/repositories?per_page=1").await;
    let link = first.headers()["link"].to_str().unwrap().to_owned();
    assert!(link.contains("page=2") && link.ends_with("rel=\"next\""), "{link}");
    let last = scene.get("/installation/repositories?per_page=1&page=2").await;
    assert!(last.headers().get("link").is_none());
    let last: Value = last.json().await.unwrap();
    assert_eq!(last["total_count"], 2);
    assert_eq!(last["repositories"][0]["full_name"], "octo/second");
}

#[actix_web::test]
async fn another_installation_does_not_see_the_repository() {
    let scene = Scene::with(&[]).await;
    let other = scene.stand_in.install("someone-else", None);
    let theirs = NewRepository::new(other, "someone-else/theirs", scene.checkout.path());
    scene.stand_in.add_repository(theirs).unwrap();
    assert_eq!(scene.get("/repos/someone-else/theirs").await.status(), 404);
}

#[actix_web::test]
async fn a_renamed_repository_redirects_by_its_id() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    scene.stand_in.rename_repository(scene.repository, "octo/renamed").await.unwrap();
    let old = scene.get("/repos/octo/demo/git/trees/main?recursive=1").await;
    assert_eq!(old.status(), 301);
    let location = old.headers()["location"].to_str().unwrap().to_owned();
    let expected = format!("/repositories/{}/git/trees/main?recursive=1", scene.repository);
    assert_eq!(location, format!("{}{expected}", scene.stand_in.url()));
    assert_eq!(scene.json(&expected).await["tree"][0]["path"], "a.txt");
    assert_eq!(scene.json("/repos/octo/renamed").await["id"], scene.repository);
}

#[actix_web::test]
async fn a_check_run_is_bounded_as_github_bounds_it() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    let head = scene.checkout.head();
    let annotation =
        json!({"path": "a.txt", "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": "m"});
    let output = |count: usize| json!({"title": "t", "summary": "s", "annotations": vec![annotation.clone(); count]});
    let body = json!({"name": "dotcursor", "head_sha": head, "status": "in_progress", "output": output(50)});
    let made = scene.post("/repos/octo/demo/check-runs", &body).await;
    assert_eq!(made.status(), 201);
    let made: Value = made.json().await.unwrap();
    let path = format!("/repos/octo/demo/check-runs/{}", made["id"]);
    let update = scene.request(Method::PATCH, &path).json(&json!({"conclusion": "neutral", "output": output(1)}));
    let updated: Value = update.send().await.unwrap().json().await.unwrap();
    assert_eq!(updated["status"], "completed");
    assert_eq!(updated["output"]["annotations_count"], 51);
    assert_eq!(scene.json("/repos/octo/demo/commits/main/check-runs").await["total_count"], 1);
    for wrong in [
        json!({"name": "n", "head_sha": head, "output": output(51)}),
        json!({"name": "n", "head_sha": head, "conclusion": "fine"}),
        json!({"name": "n", "head_sha": head, "output": {"title": "t", "summary": "s".repeat(65_536)}}),
        json!({"head_sha": head}),
        json!({"name": "n", "head_sha": "0".repeat(40)}),
    ] {
        assert_eq!(scene.post("/repos/octo/demo/check-runs", &wrong).await.status(), 422);
    }
    assert_eq!(scene.stand_in.check_runs(scene.repository).len(), 1);
}

#[actix_web::test]
async fn what_is_no_repository_is_refused_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let stand_in = StandIn::start(options()).unwrap();
    let installation = stand_in.install("octo", None);
    let add = |name: &str, path: &std::path::Path| {
        stand_in.add_repository(NewRepository::new(installation, name, path)).unwrap_err().to_string()
    };
    assert!(add("octo/x", folder.path()).contains(&format!("{} is not a git repository", folder.path().display())));
    assert!(add("octo", folder.path()).contains("owner/name is expected"));
    let checkout = Checkout::with(&[("sub/a.txt", "a")]);
    assert!(add("octo/x", &checkout.path().join("sub")).contains("is a folder inside the repository"));
    stand_in.stop().await;
}

#[actix_web::test]
async fn a_token_may_be_narrowed_to_some_repositories() {
    let scene = Scene::with(&[]).await;
    let second = NewRepository::new(scene.installation, "octo/second", scene.checkout.path());
    let second = scene.stand_in.add_repository(second).unwrap();
    assert_eq!(scene.mint_for(&json!({"repositories": ["nothing"]})).await.status(), 422);
    let minted: Value = scene.mint_for(&json!({"repository_ids": [second]})).await.json().await.unwrap();
    let token = minted["token"].as_str().unwrap();
    for (name, expected) in [("demo", 404), ("second", 200)] {
        let asked = scene.request_with(token, &format!("/repos/octo/{name}")).await;
        assert_eq!(asked.status(), expected, "{name}");
    }
}
