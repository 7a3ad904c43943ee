//! Repositories that are moved between workspaces while their pushes are on the way.

use crate::support::app::ADMIN_TOKEN;
use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use dotcursor::hold::{Point, arm};
use dotcursor::model::RepositoryId;
use reqwest::Method;
use serde_json::Value;

const STYLE: &str = ".cursor/rules/style.mdc";
const TABS: &str = ".cursor/rules/tabs.mdc";

on_both_setups! {
    what_a_worker_holds_is_stored_where_the_repository_is_by_then,
    a_deleted_workspace_comes_back_from_git_alone,
}

impl TestApp {
    async fn asked(&self, method: Method, path: &str, status: u16) -> Value {
        let (found, body) = self.request(method, path, ADMIN_TOKEN).await;
        assert_eq!(found, status, "{path}: {body}");
        body
    }
}

/// The worker has parsed the file in the one workspace; meanwhile the repository is moved into the other.
async fn what_a_worker_holds_is_stored_where_the_repository_is_by_then(setup: Setup) {
    let app = TestApp::start_with(setup, &[("DOTCURSOR_READ_LAG", "0s")]).await;
    let (one, two) = (Repo::with(&[(STYLE, "Tabs.")]), Repo::with(&[(STYLE, "Spaces.")]));
    let (one_id, from) = app.install(&one, "octo/one").await;
    let (_, to) = app.install(&two, "octo/two").await;
    let parsed = arm(Point::Parsed, RepositoryId::new(one_id));
    one.commit(&[(TABS, "Eight.")]);
    app.announce(one_id).await;
    parsed.reached().await;
    let place = format!("/api/workspaces/{to}/repositories/{one_id}");
    let linked = app.asked(Method::PUT, &place, 200).await;
    assert_eq!(linked["data"]["clashes"][0]["name"], "style", "{linked}");
    drop(parsed);
    eventually("the file in the new workspace", async || {
        let names = app.names(&to, "rules").await;
        if names == ["style", "style", "tabs"] { Ok(()) } else { Err(format!("{names:?}")) }
    })
    .await;
    assert!(app.names(&from, "rules").await.is_empty());
    assert_eq!(app.get("/api/repositories/octo/one").await["data"]["workspaceId"], to.as_str());

    // The name goes to who is left, once the other file has gone.
    one.remove(STYLE);
    one.commit_all();
    app.announce(one_id).await;
    eventually("one owner of the name, without a conflict", async || {
        let rules = app.list(&to, "rules").await;
        let conflicts: Vec<_> = rules.iter().filter(|rule| rule["syncStatus"] != "synced").collect();
        if rules.len() == 2 && conflicts.is_empty() { Ok(()) } else { Err(format!("{rules:?}")) }
    })
    .await;
    assert_eq!(app.definition(&to, "rules", "style").await["content"], "Spaces.");
}

async fn a_deleted_workspace_comes_back_from_git_alone(setup: Setup) {
    let app = TestApp::start_with(setup, &[("DOTCURSOR_READ_LAG", "0s")]).await;
    let repo = Repo::with(&[(STYLE, "Tabs.")]);
    let (id, workspace) = app.install(&repo, "octo/scene").await;
    let head = repo.commit(&[(STYLE, "Spaces.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    let place = format!("/api/workspaces/{workspace}");
    let asked = app.asked(Method::DELETE, &place, 409).await;
    let confirm = asked["error"]["details"]["confirm"].as_str().expect("a confirmation").to_owned();
    app.asked(Method::DELETE, &format!("{place}?confirm={confirm}"), 204).await;
    eventually("the old workspace to be gone", async || {
        let (status, body) = app.request(Method::GET, &format!("{place}/rules"), ADMIN_TOKEN).await;
        if status == 404 { Ok(()) } else { Err(body.to_string()) }
    })
    .await;
    let own = app.workspace("octo/scene").await;
    assert_ne!(own, workspace);
    app.settled(&own, &head).await;
    let style = app.definition(&own, "rules", "style").await;
    assert_eq!((&style["content"], &style["version"]), (&"Spaces.".into(), &1.into()), "its history begins anew");
}
