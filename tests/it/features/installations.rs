//! What owners do with the App and with their repositories: suspend, resume, remove, add again, rename, move the branch.

use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use serde_json::Value;

const STYLE: &str = ".cursor/rules/style.mdc";

struct Scene {
    app: TestApp,
    repo: Repo,
    id: i64,
    workspace: String,
}

/// An app over one repository with one rule, all of it read.
async fn scene(setup: Setup) -> Scene {
    let app = TestApp::start_with(setup, &[("DOTCURSOR_READ_LAG", "0s")]).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    Scene { app, repo, id, workspace }
}

impl Scene {
    async fn repository(&self) -> Value {
        let status = self.app.get(&format!("/api/workspaces/{}/sync/status", self.workspace)).await;
        status["data"]["repositories"][0].clone()
    }

    async fn rules(&self) -> Vec<String> {
        self.app.names(&self.workspace, "rules").await
    }

    async fn rules_are(&self, names: &[&str]) {
        eventually(&format!("the rules {names:?}"), async || {
            let rules = self.rules().await;
            if rules == names { Ok(()) } else { Err(format!("{rules:?}")) }
        })
        .await;
    }

    async fn style(&self) -> Value {
        self.app.definition(&self.workspace, "rules", "style").await
    }
}

async fn a_suspended_installation_waits_and_catches_up(setup: Setup) {
    let Scene { app, repo, id, workspace } = &scene(setup).await;
    app.github.suspend(app.installation).await.unwrap();
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(*id).await;
    let (status, body) = app
        .request(reqwest::Method::POST, &format!("/api/workspaces/{workspace}/sync"), crate::support::app::ADMIN_TOKEN)
        .await;
    assert_eq!(status, 202, "{body}");
    let shown = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
    let reason = shown["data"]["repositories"][0]["reason"].as_str().unwrap_or_default().to_owned();
    assert!(reason.contains("suspended"), "{shown}");
    assert_eq!(app.definition(workspace, "rules", "style").await["content"], "A.", "what was read is still served");
    app.github.unsuspend(app.installation).await.unwrap();
    app.settled(workspace, &head).await;
    assert_eq!(app.definition(workspace, "rules", "style").await["content"], "B.");
}

async fn a_removed_repository_leaves_its_history_and_takes_it_up_again(setup: Setup) {
    let scene = scene(setup).await;
    let before = scene.style().await["id"].clone();
    scene.app.github.remove_repository(scene.id).await.unwrap();
    scene.rules_are(&[]).await;
    let history = format!("/api/workspaces/{}/rules/{}/versions", scene.workspace, before.as_str().unwrap());
    assert_eq!(scene.app.get(&history).await["meta"]["total"], 1);

    let Scene { app, repo, .. } = &scene;
    let head = repo.commit(&[(STYLE, "B.")]);
    let again = app.host_again(repo, "octo/web", scene.id);
    app.github.announce_repository(again).await.unwrap();
    app.settled(&scene.workspace, &head).await;
    let style = scene.style().await;
    assert_eq!((&style["id"], &style["version"]), (&before, &2.into()));
}

async fn an_uninstalled_app_serves_nothing_of_the_account(setup: Setup) {
    let scene = scene(setup).await;
    scene.app.github.uninstall(scene.app.installation).await.unwrap();
    scene.rules_are(&[]).await;
    eventually("the reason to be told", async || {
        let repository = scene.repository().await;
        let told = repository["reason"].as_str().is_some_and(|reason| reason.contains("removed"));
        if told { Ok(()) } else { Err(repository.to_string()) }
    })
    .await;
}

async fn a_renamed_repository_keeps_its_definitions(setup: Setup) {
    let scene = scene(setup).await;
    let before = scene.style().await;
    scene.app.github.rename_repository(scene.id, "octo/site").await.unwrap();
    eventually("the new name", async || {
        let style = scene.style().await;
        if style["sourceRepo"] == "octo/site" { Ok(()) } else { Err(style.to_string()) }
    })
    .await;
    assert_eq!(scene.repository().await["fullName"], "octo/site");
    let style = scene.style().await;
    assert_eq!((&style["id"], &style["version"]), (&before["id"], &1.into()));

    let head = scene.repo.commit(&[(STYLE, "B.")]);
    scene.app.announce(scene.id).await;
    scene.app.settled(&scene.workspace, &head).await;
    assert_eq!(scene.style().await["content"], "B.");
}

async fn another_default_branch_is_followed(setup: Setup) {
    let Scene { app, repo, id, workspace } = &scene(setup).await;
    repo.git(&["checkout", "--quiet", "-b", "trunk"]);
    let head = repo.commit(&[(STYLE, "On trunk."), (".cursor/rules/more.mdc", "More.")]);
    app.announce(*id).await;
    assert_eq!(app.names(workspace, "rules").await, ["style"], "another branch is not ours yet");
    app.github.change_default_branch(*id, "trunk").await.unwrap();
    app.settled(workspace, &head).await;
    assert_eq!(app.names(workspace, "rules").await, ["more", "style"]);
    let style = app.definition(workspace, "rules", "style").await;
    assert_eq!((&style["sourceBranch"], &style["content"]), (&"trunk".into(), &"On trunk.".into()));
}

/// The branch is called otherwise, and nothing is committed.
async fn a_renamed_default_branch_is_followed_without_a_commit(setup: Setup) {
    let Scene { app, repo, id, workspace } = &scene(setup).await;
    repo.git(&["branch", "--quiet", "trunk"]);
    app.github.reset_calls();
    app.github.change_default_branch(*id, "trunk").await.unwrap();
    eventually("the new branch", async || {
        let style = app.definition(workspace, "rules", "style").await;
        let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
        let followed = style["sourceBranch"] == "trunk" && status["data"]["repositories"][0]["branch"] == "trunk";
        if followed { Ok(()) } else { Err(format!("{style} {status}")) }
    })
    .await;
    assert!(app.github.calls().reads() <= 3, "and asked for no more than once");
}

/// The first webhook about a repository may be a push: GitHub sends no `installation` event again.
async fn a_push_from_an_unknown_repository_imports_it(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(STYLE, "A."), (".cursor/agents/one.md", "One.")]);
    let id = app.host(&repo, "octo/unknown");
    let head = repo.commit(&[("README.md", "Nothing of ours.")]);
    app.announce(id).await;
    let workspace = app.workspace("octo/unknown").await;
    app.settled(&workspace, &head).await;
    assert_eq!(app.names(&workspace, "agents").await, ["one"]);
}

async fn a_deleted_branch_and_an_empty_repository_hold_nothing(setup: Setup) {
    let Scene { app, repo, id, workspace } = &scene(setup).await;
    repo.git(&["checkout", "--quiet", "--detach"]);
    repo.git(&["branch", "--quiet", "-D", "main"]);
    app.announce(*id).await;
    eventually("the rule to go with its branch", async || {
        let rules = app.names(workspace, "rules").await;
        if rules.is_empty() { Ok(()) } else { Err(format!("{rules:?}")) }
    })
    .await;
    repo.git(&["checkout", "--quiet", "-b", "main"]);
    app.announce(*id).await;
    app.settled(workspace, &repo.head()).await;
    assert_eq!(app.definition(workspace, "rules", "style").await["version"], 1, "the same text is no new version");

    let empty = Repo::init();
    let id = app.host(&empty, "octo/empty");
    app.github.announce_repository(id).await.unwrap();
    let workspace = app.workspace("octo/empty").await;
    eventually("the empty repository to be compared", async || {
        let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
        if status["data"]["status"] == "synced" { Ok(()) } else { Err(status.to_string()) }
    })
    .await;
    let head = empty.commit(&[(STYLE, "A.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    assert_eq!(app.names(&workspace, "rules").await, ["style"]);
}

mod embedded {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_renamed_default_branch_is_followed_without_a_commit() {
        super::a_renamed_default_branch_is_followed_without_a_commit(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_suspended_installation_waits_and_catches_up() {
        super::a_suspended_installation_waits_and_catches_up(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_removed_repository_leaves_its_history_and_takes_it_up_again() {
        super::a_removed_repository_leaves_its_history_and_takes_it_up_again(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_uninstalled_app_serves_nothing_of_the_account() {
        super::an_uninstalled_app_serves_nothing_of_the_account(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_renamed_repository_keeps_its_definitions() {
        super::a_renamed_repository_keeps_its_definitions(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn another_default_branch_is_followed() {
        super::another_default_branch_is_followed(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_push_from_an_unknown_repository_imports_it() {
        super::a_push_from_an_unknown_repository_imports_it(Setup::Embedded).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_deleted_branch_and_an_empty_repository_hold_nothing() {
        super::a_deleted_branch_and_an_empty_repository_hold_nothing(Setup::Embedded).await;
    }
}

mod distributed {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_renamed_default_branch_is_followed_without_a_commit() {
        super::a_renamed_default_branch_is_followed_without_a_commit(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_suspended_installation_waits_and_catches_up() {
        super::a_suspended_installation_waits_and_catches_up(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_removed_repository_leaves_its_history_and_takes_it_up_again() {
        super::a_removed_repository_leaves_its_history_and_takes_it_up_again(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_uninstalled_app_serves_nothing_of_the_account() {
        super::an_uninstalled_app_serves_nothing_of_the_account(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_renamed_repository_keeps_its_definitions() {
        super::a_renamed_repository_keeps_its_definitions(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn another_default_branch_is_followed() {
        super::another_default_branch_is_followed(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_push_from_an_unknown_repository_imports_it() {
        super::a_push_from_an_unknown_repository_imports_it(Setup::Distributed).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_deleted_branch_and_an_empty_repository_hold_nothing() {
        super::a_deleted_branch_and_an_empty_repository_hold_nothing(Setup::Distributed).await;
    }
}
