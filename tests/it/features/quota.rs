//! GitHub's calls are money: people first, bulk later, and each tenant its own.

use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use chrono::Utc;
use dotcursor::sandbox::{Endpoint, Quota};

const STYLE: &str = ".cursor/rules/style.mdc";

fn used(used: u64) -> Quota {
    Quota { limit: 5_000, used, reset_at: Utc::now().timestamp() + 3_600 }
}

/// The reason that is told for the wait of the first repository, once it waits.
async fn waits(app: &TestApp, workspace: &str) -> String {
    eventually("the wait to be told", async || {
        let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
        let repository = &status["data"]["repositories"][0];
        let reason = repository["reason"].as_str().filter(|_| repository["waitingUntil"].is_string());
        reason.map(str::to_owned).ok_or_else(|| status.to_string())
    })
    .await
}

/// An hour of which a tenth is left: imports wait, pushes do not.
async fn the_last_calls_are_kept_for_pushes(setup: Setup) {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    app.github.set_quota(app.installation, used(4_600));
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;

    let new = Repo::with(&[(STYLE, "New.")]);
    let added = app.host(&new, "octo/new");
    app.github.announce_repository(added).await.unwrap();
    let waiting = app.workspace("octo/new").await;
    let reason = waits(&app, &waiting).await;
    assert!(reason.contains("kept for people who wait"), "{reason}");
    let head = repo.commit(&[(STYLE, "C.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
}

async fn a_tenant_that_used_up_its_own_slows_only_itself(setup: Setup) {
    let app = TestApp::start(setup).await;
    let (poor, rich) = (Repo::with(&[(STYLE, "A.")]), Repo::with(&[(STYLE, "A.")]));
    let (id, workspace) = app.install(&poor, "octo/poor").await;
    let other = app.github.install("hexa", Some(app.installation + 1_000_000));
    let rich_id = app.host_for(other, &rich, "hexa/rich", id + 1_000_000);
    app.github.announce_repository(rich_id).await.unwrap();
    let rich_workspace = app.workspace("hexa/rich").await;
    app.settled(&rich_workspace, &rich.head()).await;

    app.github.set_quota(app.installation, used(5_000));
    poor.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    waits(&app, &workspace).await;
    app.github.reset_calls();
    for text in ["B.", "C.", "D."] {
        poor.commit(&[(STYLE, &format!("Poor {text}"))]);
        app.announce(id).await;
        let head = rich.commit(&[(STYLE, text)]);
        app.announce(rich_id).await;
        app.settled(&rich_workspace, &head).await;
    }
    let calls = app.github.calls();
    assert!(calls.of(Endpoint::GraphQl) <= 6 + 2, "what would be refused is not asked: {calls:?}");
    assert_eq!(app.definition(&workspace, "rules", "style").await["content"], "A.", "the last good one stays");
}

/// What was told of an hour outlives the process.
async fn a_used_up_hour_is_remembered_by_the_next_process(setup: Setup) {
    let mut app = TestApp::start(setup).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    app.github.set_quota(app.installation, used(5_000));
    repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    waits(&app, &workspace).await;
    app.stop().await;
    app.github.reset_calls();
    app.start_again().await;
    repo.commit(&[(STYLE, "C.")]);
    app.announce(id).await;
    waits(&app, &workspace).await;
    assert_eq!(app.github.calls().of(Endpoint::GraphQl), 0, "{:?}", app.github.calls());
}

super::on_both_setups! {
    the_last_calls_are_kept_for_pushes,
    a_tenant_that_used_up_its_own_slows_only_itself,
    a_used_up_hour_is_remembered_by_the_next_process,
}
