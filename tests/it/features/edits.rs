//! What people write and what is pushed meet: rule 9 of docs/PROTOCOL.md, end to end.

use crate::support::{Repo, Setup, TestApp};
use dotcursor::hold::{Point, arm};
use dotcursor::model::{BlobSha, RepositoryId};
use reqwest::Method;
use serde_json::{Value, json};

const STYLE: &str = ".cursor/rules/style.mdc";

struct Scene {
    app: TestApp,
    repo: Repo,
    id: i64,
    workspace: String,
}

impl Scene {
    /// A repository with one rule that says "A.".
    async fn of(setup: Setup) -> Self {
        let app = TestApp::start(setup).await;
        let repo = Repo::with(&[(STYLE, "A.")]);
        let (id, workspace) = app.install(&repo, "octo/edited").await;
        Self { app, repo, id, workspace }
    }

    fn path(&self, behind: &str) -> String {
        format!("/api/workspaces/{}/rules/style{behind}", self.workspace)
    }

    async fn rule(&self) -> Value {
        self.app.definition(&self.workspace, "rules", "style").await
    }

    async fn put(&self, tag: &str, text: &str) -> u16 {
        self.app.send(Method::PUT, &self.path(""), Some(tag), &json!({"content": text})).await.0
    }

    async fn resolve(&self, take: &str, blob: Option<String>) -> (u16, Value) {
        self.app.send(Method::POST, &self.path("/resolve"), None, &json!({"take": take, "blob": blob})).await
    }

    async fn push(&self, text: &str) {
        let head = self.repo.commit(&[(STYLE, text)]);
        self.app.announce(self.id).await;
        self.app.settled(&self.workspace, &head).await;
    }

    async fn push_deletion(&self) {
        self.repo.remove(STYLE);
        let head = self.repo.commit(&[("README.md", "Hello.")]);
        self.app.announce(self.id).await;
        self.app.settled(&self.workspace, &head).await;
    }

    /// What is served, what git says, and how the two stand.
    async fn stands(&self) -> (Value, Value, Value) {
        let rule = self.rule().await;
        (rule["content"].clone(), rule["git"]["content"].clone(), rule["syncStatus"].clone())
    }
}

fn blob(text: &str) -> Option<String> {
    Some(BlobSha::of_bytes(text.as_bytes()).to_string())
}

async fn a_push_after_an_edit_is_a_conflict(setup: Setup) {
    let scene = Scene::of(setup).await;
    assert_eq!(scene.put("*", "Mine.").await, 200);
    scene.push("B.").await;
    assert_eq!(scene.stands().await, (json!("Mine."), json!("B."), json!("conflict")));
    // Git moves on before somebody decides.
    scene.push("C.").await;
    let (status, body) = scene.resolve("github", blob("B.")).await;
    assert_eq!((status, &body["error"]["details"][0]["blob"]), (409, &json!(blob("C."))));
    let (status, _) = scene.resolve("local", blob("C.")).await;
    assert_eq!(status, 200);
    assert_eq!(scene.stands().await, (json!("Mine."), json!("C."), json!("synced")));
    scene.push("D.").await;
    assert_eq!(scene.resolve("github", blob("D.")).await.0, 200);
    assert_eq!(scene.stands().await, (json!("D."), Value::Null, json!("synced")));
    let versions = scene.app.get(&scene.path("/versions")).await["data"].clone();
    let texts: Vec<_> = versions.as_array().unwrap().iter().rev().map(|one| one["blob"].clone()).collect();
    assert_eq!(texts, [json!(blob("A.")), json!(blob("Mine.")), json!(blob("D."))]);
}

async fn a_push_between_reading_and_writing_is_noticed(setup: Setup) {
    let scene = Scene::of(setup).await;
    let read = scene.app.tag(&scene.path("")).await;
    scene.push("B.").await;
    assert_eq!(scene.put(&read, "Mine.").await, 412);
    assert_eq!(scene.stands().await, (json!("B."), Value::Null, json!("synced")));
}

async fn of_two_who_read_the_same_one_writes(setup: Setup) {
    let scene = Scene::of(setup).await;
    let read = scene.app.tag(&scene.path("")).await;
    let (one, two) = tokio::join!(scene.put(&read, "One."), scene.put(&read, "Two."));
    assert_eq!([one.min(two), one.max(two)], [200, 412]);
    assert_eq!(scene.app.get(&scene.path("/versions")).await["meta"]["total"], 2);
}

async fn what_is_deleted_here_comes_back_when_git_changes_it(setup: Setup) {
    let scene = Scene::of(setup).await;
    let (status, _) = scene.app.send(Method::DELETE, &scene.path(""), None, &json!({})).await;
    assert_eq!(status, 204);
    let head = scene.repo.commit(&[(".cursor/rules/other.mdc", "See `style`.")]);
    scene.app.announce(scene.id).await;
    scene.app.settled(&scene.workspace, &head).await;
    assert_eq!(scene.app.names(&scene.workspace, "rules").await, ["other"]);
    // A look at everything changes nothing in that.
    let sync = format!("/api/workspaces/{}/sync", scene.workspace);
    scene.app.send(Method::POST, &sync, None, &json!({})).await;
    scene.app.settled(&scene.workspace, &head).await;
    assert_eq!(scene.app.names(&scene.workspace, "rules").await, ["other"]);
    scene.push("B.").await;
    assert_eq!(scene.stands().await, (json!("B."), Value::Null, json!("synced")));
    assert_eq!(scene.rule().await["version"], 2);
}

async fn git_deleting_an_edited_file_is_a_conflict(setup: Setup) {
    let scene = Scene::of(setup).await;
    assert_eq!(scene.put("*", "Mine.").await, 200);
    scene.push_deletion().await;
    let rule = scene.rule().await;
    assert_eq!((&rule["content"], &rule["conflict"]), (&json!("Mine."), &json!({"type": "edit", "blob": null})));
    assert_eq!(scene.resolve("local", blob("A.")).await.0, 409);
    assert_eq!(scene.resolve("local", None).await.0, 200);
    let rule = scene.rule().await;
    assert_eq!((&rule["source"], &rule["syncStatus"]), (&json!("local"), &json!("synced")));
}

async fn a_broken_push_behind_an_edit_is_told(setup: Setup) {
    let scene = Scene::of(setup).await;
    assert_eq!(scene.put("*", "Mine.").await, 200);
    scene.push("---\ndescription: never closed\nBad.").await;
    assert_eq!(scene.stands().await, (json!("Mine."), json!("A."), json!("error")));
    scene.push("Mine.").await;
    assert_eq!(scene.stands().await, (json!("Mine."), Value::Null, json!("synced")));
}

async fn a_workspace_may_prefer_one_side(setup: Setup) {
    let scene = Scene::of(setup).await;
    scene.app.tamper("UPDATE workspaces SET prefers = 'github'").await;
    assert_eq!(scene.put("*", "Mine.").await, 200);
    scene.push("B.").await;
    assert_eq!(scene.stands().await, (json!("B."), Value::Null, json!("synced")));
    scene.app.tamper("UPDATE workspaces SET prefers = 'local'").await;
    assert_eq!(scene.put("*", "Mine.").await, 200);
    scene.push("C.").await;
    assert_eq!(scene.stands().await, (json!("Mine."), json!("C."), json!("synced")));
}

/// Rule 9: whether the push is stored before the edit or after it, both texts stand, and the conflict with them.
#[tokio::test(flavor = "multi_thread")]
async fn an_edit_while_a_push_is_on_its_way_ends_like_one_before_it() {
    let scene = Scene::of(Setup::Embedded).await;
    let worker = arm(Point::Parsed, RepositoryId::new(scene.id));
    let head = scene.repo.commit(&[(STYLE, "B.")]);
    scene.app.announce(scene.id).await;
    worker.reached().await;
    assert_eq!(scene.put("*", "Mine.").await, 200);
    drop(worker);
    scene.app.settled(&scene.workspace, &head).await;
    assert_eq!(scene.stands().await, (json!("Mine."), json!("B."), json!("conflict")));
}

/// Rule 9: a newer text of git is never dismissed by somebody who has not seen it.
#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_settled_by_who_has_seen_gits_text() {
    let scene = Scene::of(Setup::Embedded).await;
    assert_eq!(scene.put("*", "Mine.").await, 200);
    scene.push("B.").await;
    scene.push("C.").await;
    let unnamed = scene.app.send(Method::POST, &scene.path("/resolve"), None, &json!({"take": "local"})).await;
    assert_eq!(unnamed.0, 400);
    assert_eq!(scene.resolve("local", blob("B.")).await.0, 409);
    assert_eq!(scene.stands().await, (json!("Mine."), json!("C."), json!("conflict")));
}

crate::features::on_both_setups! {
    a_broken_push_behind_an_edit_is_told,
    a_push_after_an_edit_is_a_conflict,
    a_push_between_reading_and_writing_is_noticed,
    a_workspace_may_prefer_one_side,
    git_deleting_an_edited_file_is_a_conflict,
    of_two_who_read_the_same_one_writes,
    what_is_deleted_here_comes_back_when_git_changes_it,
}
