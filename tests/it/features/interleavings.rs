//! Steps held and released, so that things happen in the order in which they hurt: counterexamples of docs/PROTOCOL.md.

use crate::support::app::ADMIN_TOKEN;
use crate::support::{Repo, Setup, TestApp};
use dotcursor::hold::{Point, arm};
use dotcursor::model::RepositoryId;
use dotcursor::sandbox::DeliveryMode;
use reqwest::Method;

const STYLE: &str = ".cursor/rules/style.mdc";

/// An app over one repository with one rule, all of it read.
async fn scene(variables: &[(&str, &str)]) -> (TestApp, Repo, i64, String) {
    let app = TestApp::start_with(Setup::Embedded, variables).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/scene").await;
    (app, repo, id, workspace)
}

async fn content(app: &TestApp, workspace: &str) -> String {
    app.definition(workspace, "rules", "style").await["content"].as_str().unwrap_or_default().to_owned()
}

/// Rule 2: `wanted` is read before the head, so that a push during the reading is not paid off unseen.
#[tokio::test(flavor = "multi_thread")]
async fn a_push_during_the_reading_is_seen() {
    let (app, repo, id, workspace) = scene(&[]).await;
    let reading = arm(Point::HeadRead, RepositoryId::new(id));
    repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    reading.reached().await;
    let head = repo.commit(&[(STYLE, "C.")]);
    app.announce(id).await;
    drop(reading);
    app.settled(&workspace, &head).await;
    assert_eq!(content(&app, &workspace).await, "C.");
}

/// Rule 3: of two planners the one that read earlier commits last, and changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_planner_that_was_overtaken_changes_nothing() {
    let (app, repo, id, workspace) = scene(&[("DOTCURSOR_READ_LAG", "0s")]).await;
    let overtaken = arm(Point::HeadRead, RepositoryId::new(id));
    repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    overtaken.reached().await;
    overtaken.let_others_pass();
    let head = repo.commit(&[(STYLE, "C.")]);
    app.announce(id).await;
    // The first planner's lease has to run out.
    app.settled(&workspace, &head).await;
    let committed = arm(Point::Planned, RepositoryId::new(id));
    drop(overtaken);
    committed.reached().await;
    let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
    assert_eq!(status["data"]["repositories"][0]["headCommit"], head);
    assert_eq!((&status["data"]["status"], &status["data"]["run"]), (&"synced".into(), &serde_json::Value::Null));
    assert_eq!(content(&app, &workspace).await, "C.");
}

/// Rules 3 and 4: a file on its way to B while the head goes back to A must not land.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_on_its_way_is_called_back() {
    let (app, repo, id, workspace) = scene(&[("DOTCURSOR_READ_LAG", "0s")]).await;
    let first = repo.head();
    let worker = arm(Point::Parsed, RepositoryId::new(id));
    repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    worker.reached().await;
    repo.reset(&first);
    app.announce(id).await;
    app.settled(&workspace, &first).await;
    drop(worker);
    // Another change goes all the way, so that what was held has had its turn.
    let head = repo.commit(&[(".cursor/rules/other.mdc", "X.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    let rule = app.definition(&workspace, "rules", "style").await;
    assert_eq!((&rule["content"], &rule["version"]), (&"A.".into(), &1.into()));
}

/// Rule 3: a narrow comparison that stores the head must not hide a folder that a lost push added.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_a_lost_push_added_is_found_by_the_schedule() {
    let (app, repo, id, workspace) = scene(&[("DOTCURSOR_SYNC_INTERVAL", "1s")]).await;
    app.github.set_delivery_mode(DeliveryMode::Never);
    repo.commit(&[("pkg/.cursor/rules/deep.mdc", "Deep.")]);
    app.announce(id).await;
    app.github.set_delivery_mode(DeliveryMode::Now);
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    crate::support::wait::eventually("the folder to be found", async || {
        let names = app.names(&workspace, "rules").await;
        if names.contains(&"pkg-deep".to_owned()) { Ok(()) } else { Err(format!("{names:?}")) }
    })
    .await;
}

/// The same folder, named by a webhook that comes after a narrow comparison of the same head.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_webhook_about_a_new_folder_is_not_taken_for_paid() {
    let (app, repo, id, workspace) = scene(&[]).await;
    app.github.set_delivery_mode(DeliveryMode::Held);
    repo.commit(&[("pkg/.cursor/rules/deep.mdc", "Deep.")]);
    app.announce(id).await;
    let late = app.github.held()[0].guid.clone();
    app.github.set_delivery_mode(DeliveryMode::Now);
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    app.github.deliver(&late).await.unwrap();
    crate::support::wait::eventually("the folder to be read", async || {
        let names = app.names(&workspace, "rules").await;
        if names.contains(&"pkg-deep".to_owned()) { Ok(()) } else { Err(format!("{names:?}")) }
    })
    .await;
}

/// Rule 6: a head that a push has left is not believed before the lag is over.
#[tokio::test(flavor = "multi_thread")]
async fn a_stale_read_does_not_stay() {
    let (app, repo, id, workspace) = scene(&[("DOTCURSOR_READ_LAG", "500ms")]).await;
    let old = repo.head();
    app.github.stale(id, &old);
    let read = arm(Point::Compared, RepositoryId::new(id));
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    read.reached().await;
    app.github.fresh(id);
    drop(read);
    app.settled(&workspace, &head).await;
    assert_eq!(content(&app, &workspace).await, "B.");
}

/// Rule 6 for a branch that was pushed just now: that GitHub does not show it yet does not mean that there is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_branch_that_is_not_shown_yet_is_waited_for() {
    let (app, repo, id, workspace) = scene(&[("DOTCURSOR_READ_LAG", "500ms")]).await;
    app.github.unseen(id);
    let read = arm(Point::Compared, RepositoryId::new(id));
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    read.reached().await;
    app.github.fresh(id);
    drop(read);
    app.settled(&workspace, &head).await;
    let rule = app.definition(&workspace, "rules", "style").await;
    assert_eq!((&rule["content"], &rule["version"]), (&"B.".into(), &2.into()));
}

/// Rule 3: a push on a branch that is not followed owes nothing, and may be the newest one when the branch comes to be followed.
#[tokio::test(flavor = "multi_thread")]
async fn a_push_on_a_branch_that_is_just_being_chosen_is_seen() {
    let (app, repo, id, workspace) = scene(&[]).await;
    repo.git(&["branch", "release"]);
    app.announce(id).await;
    let reading = arm(Point::HeadRead, RepositoryId::new(id));
    repo.commit(&[(".cursor/dotcursor.yaml", "branch: release\n")]);
    app.announce(id).await;
    reading.reached().await;
    repo.git(&["checkout", "--quiet", "release"]);
    let head = repo.commit(&[(STYLE, "Released.")]);
    repo.git(&["checkout", "--quiet", "main"]);
    app.announce(id).await;
    drop(reading);
    app.settled(&workspace, &head).await;
    assert_eq!(content(&app, &workspace).await, "Released.");
}

/// Nothing is new to who asks for a sync while files are on their way, but it is not over before they are.
#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_finds_nothing_new_waits_for_the_files_under_way() {
    let (app, repo, id, workspace) = scene(&[]).await;
    app.github.set_delivery_mode(DeliveryMode::Never);
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    let worker = arm(Point::Parsed, RepositoryId::new(id));
    ask_for_a_sync(&app, &workspace).await;
    worker.reached().await;
    let planned = arm(Point::Planned, RepositoryId::new(id));
    let run = ask_for_a_sync(&app, &workspace).await;
    planned.reached().await;
    assert_eq!(app.get(&run).await["data"]["status"], "pending");
    drop((planned, worker));
    app.settled(&workspace, &head).await;
    let run = app.get(&run).await["data"].clone();
    assert_eq!((&run["status"], &run["totalFiles"]), (&"completed".into(), &0.into()), "{run}");
}

/// Returns where its run is told of.
async fn ask_for_a_sync(app: &TestApp, workspace: &str) -> String {
    let (status, body) = app.request(Method::POST, &format!("/api/workspaces/{workspace}/sync"), ADMIN_TOKEN).await;
    assert_eq!(status, 202, "{body}");
    format!("/api/runs/{}", body["data"][0]["id"].as_str().unwrap())
}

/// Rule 6, the other way: a branch that was really put back settles.
#[tokio::test(flavor = "multi_thread")]
async fn a_branch_that_was_put_back_settles() {
    let (app, repo, id, workspace) = scene(&[("DOTCURSOR_READ_LAG", "500ms")]).await;
    let first = repo.head();
    let second = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    app.settled(&workspace, &second).await;
    repo.reset(&first);
    app.announce(id).await;
    app.settled(&workspace, &first).await;
    assert_eq!(content(&app, &workspace).await, "A.");
}

/// Rule 8: what was missed while the process was down is caught up at the start.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_pushed_while_we_were_down_is_caught_up() {
    let (mut app, repo, id, workspace) = scene(&[]).await;
    app.stop().await;
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    app.start_again().await;
    app.settled(&workspace, &head).await;
    assert_eq!(content(&app, &workspace).await, "B.");
}

/// A forced push that throws our change away names none of our files.
#[tokio::test(flavor = "multi_thread")]
async fn a_forced_push_is_compared_whatever_its_lists_say() {
    let (app, repo, id, workspace) = scene(&[("DOTCURSOR_READ_LAG", "0s")]).await;
    let first = repo.head();
    let second = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    app.settled(&workspace, &second).await;
    repo.reset(&first);
    let head = repo.commit(&[("README.md", "Hello.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    assert_eq!(content(&app, &workspace).await, "A.");
}

/// Rule 7: names are settled when the last file is stored, whoever stored it, in whatever order.
#[tokio::test(flavor = "multi_thread")]
async fn a_clash_of_names_has_one_winner() {
    let (app, repo, id, workspace) = scene(&[]).await;
    let text = "---\nname: same\ndescription: One of two.\n---\nText.";
    let head = repo.commit(&[(".cursor/agents/deep/a.md", text), (".cursor/agents/z.md", text)]);
    app.announce(id).await;
    let status = app.settled(&workspace, &head).await;
    assert_eq!(status["data"]["counts"]["conflict"], 1);
    assert_eq!(app.definition(&workspace, "agents", "same").await["sourcePath"], ".cursor/agents/z.md");

    repo.remove(".cursor/agents/z.md");
    let head = repo.commit_all();
    app.announce(id).await;
    let status = app.settled(&workspace, &head).await;
    assert_eq!(status["data"]["status"], "synced");
}

/// Rule 5: what cannot be read for a while waits in its row, and is read when it can be.
#[tokio::test(flavor = "multi_thread")]
async fn a_github_that_is_down_is_waited_for() {
    use dotcursor::sandbox::{Endpoint, Fault, Misbehaviour};
    let (app, repo, id, workspace) = scene(&[]).await;
    app.github.misbehave(Misbehaviour::new(Fault::Status(502)).on(Endpoint::GraphQl).times(3));
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    assert_eq!(content(&app, &workspace).await, "B.");
}

/// Rule 5: a file that cannot be read is given up in sight of everybody, and read when it can be.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_given_up_is_seen_and_healed() {
    let (app, repo, id, workspace) = scene(&[]).await;
    let head = repo.commit(&[(STYLE, "B.")]);
    let lost = repo.lose_object(&format!("HEAD:{STYLE}"));
    app.announce(id).await;
    crate::support::wait::eventually("the task to be given up", async || {
        let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
        let given_up = status["data"]["problems"][0]["path"] == STYLE && status["data"]["status"] == "error";
        if given_up { Ok(()) } else { Err(status.to_string()) }
    })
    .await;
    assert_eq!(content(&app, &workspace).await, "A.", "the last good text stays");
    lost.find();
    app.settled(&workspace, &head).await;
    assert_eq!(content(&app, &workspace).await, "B.");
}
