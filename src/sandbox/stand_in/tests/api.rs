use super::client::{Scene, options};
use crate::sandbox::git::fixture::Checkout;
use crate::sandbox::{Endpoint, Limits, NewRepository, StandIn, StandInOptions};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
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
async fn a_commit_is_found_by_branch_name_and_is_cheap_to_ask_again() {
    let scene = Scene::with(&[("a.txt", "a")]).await;
    let head = scene.checkout.head();
    for reference in ["main", "heads/main", "HEAD", &head[..10]] {
        let commit = scene.json(&format!("/repos/octo/demo/commits/{reference}")).await;
        assert_eq!(commit["sha"], head, "{reference}");
    }
    let ask = || scene.request(Method::GET, "/repos/octo/demo/commits/main");
    let bare = ask().header("accept", "application/vnd.github.sha").send().await.unwrap();
    assert_eq!(bare.text().await.unwrap(), head);
    let first = ask().send().await.unwrap();
    let left = first.headers()["x-ratelimit-remaining"].clone();
    let again = ask().header("if-none-match", first.headers()["etag"].clone()).send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert_eq!(again.headers()["x-ratelimit-remaining"], left, "an unchanged answer is free");
    assert_eq!(scene.get("/repos/octo/demo/commits/nowhere").await.status(), 422);
    assert_eq!(scene.get("/repos/octo/demo/commits/main@%7B1%7D").await.status(), 422);
}

#[actix_web::test]
async fn trees_are_flat_or_whole_and_say_when_they_are_not() {
    let checkout = Checkout::with(&[(".cursor/rules/a.mdc", "rule"), ("top.txt", "t")]);
    let limits = Limits { tree_entries: 3, ..Limits::default() };
    let scene = Scene::of(checkout, StandInOptions { limits, ..options() }).await;
    let flat = scene.json("/repos/octo/demo/git/trees/main").await;
    assert_eq!(flat["tree"].as_array().unwrap().len(), 2);
    assert_eq!(flat["tree"][0]["mode"], "040000");
    assert_eq!(flat["truncated"], false);
    let whole = scene.json("/repos/octo/demo/git/trees/main?recursive=0").await;
    assert_eq!(whole["tree"].as_array().unwrap().len(), 3);
    assert_eq!(whole["truncated"], true);
    assert_eq!(whole["tree"][2]["path"], ".cursor/rules/a.mdc");
    assert_eq!(whole["tree"][2]["size"], 4);
    let below = scene.json("/repos/octo/demo/git/trees/main:.cursor/rules").await;
    assert_eq!(below["tree"][0]["path"], "a.mdc");
}

#[actix_web::test]
async fn symlinks_and_submodules_keep_their_modes() {
    let checkout = Checkout::with(&[("real.md", "x")]);
    let head = checkout.head();
    let oid = checkout.git(&["hash-object", "-w", "real.md"]);
    checkout.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{oid},link")]);
    checkout.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{head},module")]);
    checkout.git(&["commit", "--quiet", "-m", "oddities"]);
    let scene = Scene::of(checkout, options()).await;
    let tree = scene.json("/repos/octo/demo/git/trees/main?recursive=1").await;
    let modes: Vec<(&str, &str)> = tree["tree"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["mode"].as_str().unwrap(), entry["type"].as_str().unwrap()))
        .collect();
    assert_eq!(modes, [("120000", "blob"), ("160000", "commit"), ("100644", "blob")]);
    assert!(tree["tree"][1].get("url").is_none());
}

#[actix_web::test]
async fn a_blob_is_base64_in_lines_or_raw() {
    let text = "0123456789".repeat(20);
    let scene = Scene::with(&[("a.txt", &text)]).await;
    let oid = scene.checkout.git(&["rev-parse", "HEAD:a.txt"]);
    let blob = scene.json(&format!("/repos/octo/demo/git/blobs/{oid}")).await;
    let content = blob["content"].as_str().unwrap();
    assert!(content.lines().all(|line| line.len() <= 60));
    assert_eq!(STANDARD.decode(content.replace('\n', "")).unwrap(), text.as_bytes());
    let raw = scene.request(Method::GET, &format!("/repos/octo/demo/git/blobs/{oid}"));
    let raw = raw.header("accept", "application/vnd.github.raw+json").send().await.unwrap();
    assert_eq!(raw.text().await.unwrap(), text);
    let missing = scene.get(&format!("/repos/octo/demo/git/blobs/{}", "0".repeat(40))).await;
    assert_eq!(missing.status(), 404);
    let missing: Value = missing.json().await.unwrap();
    assert_eq!(missing["message"], "Not Found");
}

#[actix_web::test]
async fn an_empty_repository_is_a_conflict() {
    let scene = Scene::of(Checkout::empty(), options()).await;
    for path in ["git/trees/main", "commits/main", "git/ref/heads/main"] {
        assert_eq!(scene.get(&format!("/repos/octo/demo/{path}")).await.status(), 409, "{path}");
    }
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
async fn enterprise_addresses_work_too() {
    let scene = Scene::with(&[]).await;
    assert_eq!(scene.get("/api/v3/repos/octo/demo").await.status(), 200);
    let query = json!({"query": "{ rateLimit { limit } }"});
    assert_eq!(scene.post("/api/graphql", &query).await.status(), 200);
    assert_eq!(scene.get("/nonsense").await.status(), 404);
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
async fn bare_repositories_worktrees_and_detached_heads_are_served() {
    let checkout = Checkout::with(&[("a.txt", "a")]);
    let elsewhere = tempfile::tempdir().unwrap();
    let bare = elsewhere.path().join("bare.git");
    let tree = elsewhere.path().join("tree");
    checkout.git(&["clone", "--quiet", "--bare", ".", bare.to_str().unwrap()]);
    checkout.git(&["worktree", "add", "--quiet", "-b", "side", tree.to_str().unwrap()]);
    checkout.git(&["checkout", "--quiet", "--detach"]);
    let scene = Scene::of(checkout, options()).await;
    let add = |name, path| scene.stand_in.add_repository(NewRepository::new(scene.installation, name, path)).unwrap();
    add("octo/bare", &bare);
    add("octo/tree", &tree);
    assert_eq!(scene.json("/repos/octo/demo").await["default_branch"], "main");
    assert_eq!(scene.json("/repos/octo/bare/git/trees/HEAD").await["tree"][0]["path"], "a.txt");
    assert_eq!(scene.json("/repos/octo/tree").await["default_branch"], "side");
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
