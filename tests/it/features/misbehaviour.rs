//! GitHub misbehaves in every way that it is known for: what people see meanwhile, and that the registry ends right.
//!
//! A used-up hour and a cut-off listing stand in `trees`, what befalls check runs in `checks`.

use crate::support::app::{ADMIN_TOKEN, edition};
use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use chrono::{DateTime, TimeDelta, Utc};
use dotcursor::hold::{Point, arm};
use dotcursor::model::RepositoryId;
use dotcursor::sandbox::{DeliveryMode, Edition, Endpoint, Fault, Misbehaviour};
use reqwest::Method;
use serde_json::Value;
use std::time::Duration;

const STYLE: &str = ".cursor/rules/style.mdc";
const ALWAYS: u32 = 1_000_000;

struct Scene {
    app: TestApp,
    repo: Repo,
    id: i64,
    workspace: String,
}

/// An app over one repository with one rule that says "A.", all of it read.
async fn scene(variables: &[(&str, &str)]) -> Scene {
    let app = TestApp::start_with(Setup::Embedded, variables).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    Scene { app, repo, id, workspace }
}

impl Scene {
    /// From now on, until GitHub behaves again.
    fn always(&self, endpoint: Endpoint, fault: Fault) {
        self.app.github.misbehave(Misbehaviour::new(fault).on(endpoint).times(ALWAYS));
    }

    /// Pushes "B."; returns the commit.
    async fn push(&self) -> String {
        let head = self.repo.commit(&[(STYLE, "B.")]);
        self.app.announce(self.id).await;
        head
    }

    /// Renames the head, so that the whole tree is looked at; returns the commit.
    async fn force_push(&self) -> String {
        self.repo.write(STYLE, "B.");
        self.repo.git(&["commit", "--quiet", "--all", "--amend", "--message", "Another name"]);
        self.app.announce(self.id).await;
        self.repo.head()
    }

    async fn repository(&self) -> Value {
        let status = self.app.get(&format!("/api/workspaces/{}/sync/status", self.workspace)).await;
        status["data"]["repositories"][0].clone()
    }

    /// What the status says of the repository once it gives this reason, with what was read before still served.
    async fn hindered(&self, reason: &str) -> Value {
        let shown = eventually(&format!("the reason {reason:?}"), async || {
            let shown = self.repository().await;
            let told = shown["reason"].as_str().is_some_and(|told| told.contains(reason));
            if told { Ok(shown) } else { Err(shown.to_string()) }
        })
        .await;
        assert_eq!(shown["status"], "pending", "{shown}");
        assert_eq!(self.style().await, "A.", "the last good text is served");
        shown
    }

    /// GitHub behaves again: the push arrives, and nothing is said to be in the way any more.
    async fn heals(&self, head: &str) {
        self.app.github.behave();
        self.app.settled(&self.workspace, head).await;
        assert_eq!(self.style().await, "B.");
        let shown = self.repository().await;
        assert!(shown["reason"].is_null() && shown["waitingUntil"].is_null(), "{shown}");
    }

    async fn style(&self) -> String {
        let style = self.app.definition(&self.workspace, "rules", "style").await;
        style["content"].as_str().unwrap_or_default().to_owned()
    }
}

/// How long from now, as the status tells it.
fn wait(shown: &Value) -> TimeDelta {
    let until = DateTime::parse_from_rfc3339(shown["waitingUntil"].as_str().unwrap_or_default());
    until.unwrap_or_else(|error| panic!("{error}: {shown}")).to_utc() - Utc::now()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_is_told() {
    let scene = scene(&[]).await;
    scene.always(Endpoint::GraphQl, Fault::Status(401));
    let head = scene.push().await;
    scene.hindered("check GITHUB_APP_ID, GITHUB_PRIVATE_KEY and this machine's clock").await;
    scene.heals(&head).await;
}

/// Something that stands before GitHub answers in its place.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_proxy_says_takes_nothing_away() {
    let scene = scene(&[("DOTCURSOR_SYNC_INTERVAL", "1s")]).await;
    scene.app.github.misbehave(Misbehaviour::new(Fault::Page(404)).times(ALWAYS));
    scene.app.github.reset_calls();
    let head = scene.push().await;
    scene.hindered("GitHub did not answer for repository octo/web: status 404").await;
    eventually("installations and their repositories to be asked for", async || {
        let calls = scene.app.github.calls();
        let asked = [Endpoint::Installations, Endpoint::InstallationRepositories].map(|one| calls.of(one));
        if asked.iter().all(|times| *times > 0) { Ok(()) } else { Err(format!("{calls:?}")) }
    })
    .await;
    scene.heals(&head).await;
    let log = scene.app.get("/api/audit?actor=github").await;
    assert!(!log.to_string().contains(".remove"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_is_missing_is_told() {
    let scene = scene(&[]).await;
    scene.always(Endpoint::GraphQl, Fault::Status(403));
    let head = scene.push().await;
    scene.hindered("GitHub forbids repository octo/web: Resource not accessible by integration").await;
    scene.heals(&head).await;
}

/// Both forms: 403 and 429.
#[tokio::test(flavor = "multi_thread")]
async fn a_secondary_limit_is_waited_for_as_long_as_github_says() {
    for status in [403, 429] {
        let scene = scene(&[]).await;
        let limit = Fault::SecondaryLimit { status, retry_after: Some(Duration::from_secs(3)) };
        scene.app.github.misbehave(Misbehaviour::new(limit).on(Endpoint::GraphQl));
        scene.app.github.reset_calls();
        let head = scene.push().await;
        let shown = scene.hindered("rate limit is reached (secondary)").await;
        assert!(wait(&shown) <= TimeDelta::seconds(4), "{shown}");
        assert_eq!(scene.app.github.calls().of(Endpoint::GraphQl), 1, "nothing is asked meanwhile");
        scene.heals(&head).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secondary_limit_without_a_time_is_waited_for_a_minute() {
    let scene = scene(&[]).await;
    let limit = Fault::SecondaryLimit { status: 429, retry_after: None };
    scene.app.github.misbehave(Misbehaviour::new(limit).on(Endpoint::GraphQl));
    scene.push().await;
    let shown = scene.hindered("rate limit is reached (secondary)").await;
    assert!((TimeDelta::seconds(40)..=TimeDelta::seconds(65)).contains(&wait(&shown)), "{shown}");
}

/// A repository that GitHub does not show for a while is not taken for empty.
#[tokio::test(flavor = "multi_thread")]
async fn a_repository_that_is_not_found_keeps_its_definitions() {
    let scene = scene(&[]).await;
    scene.always(Endpoint::GraphQl, Fault::Status(404));
    scene.always(Endpoint::Repository, Fault::Status(404));
    let head = scene.push().await;
    scene.hindered("GitHub has no repository octo/web, or does not let this App see it").await;
    scene.heals(&head).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_in_conflict_is_no_empty_repository() {
    let scene = scene(&[("DOTCURSOR_READ_LAG", "0s")]).await;
    scene.always(Endpoint::Tree, Fault::Status(409));
    let head = scene.force_push().await;
    scene.hindered("there is no commit yet").await;
    scene.heals(&head).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_github_that_is_down_is_told() {
    for status in [500, 502, 503, 504] {
        let scene = scene(&[]).await;
        scene.always(Endpoint::GraphQl, Fault::Status(status));
        let head = scene.push().await;
        scene.hindered(&format!("GitHub did not answer for repository octo/web: status {status}")).await;
        scene.heals(&head).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_breaks_off_is_asked_for_again() {
    let scene = scene(&[("DOTCURSOR_READ_LAG", "0s")]).await;
    scene.always(Endpoint::GraphQl, Fault::CutBody);
    let head = scene.push().await;
    scene.hindered("the connection failed").await;
    scene.heals(&head).await;

    // Half of a tree is not taken for all of it.
    scene.repo.commit(&[(STYLE, "A."), (".cursor/rules/other.mdc", "Other.")]);
    scene.app.announce(scene.id).await;
    scene.app.settled(&scene.workspace, &scene.repo.head()).await;
    scene.always(Endpoint::Tree, Fault::CutBody);
    let head = scene.force_push().await;
    scene.hindered("the connection failed").await;
    scene.heals(&head).await;
    assert_eq!(scene.app.names(&scene.workspace, "rules").await, ["other", "style"]);
}

/// GitHub itself gives up after ten seconds, Enterprise Server after thirty.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_takes_too_long_is_told_and_asked_for_again() {
    let scene = scene(&[]).await;
    scene.app.github.misbehave(Misbehaviour::new(Fault::Delay(Duration::from_secs(12))).on(Endpoint::GraphQl));
    scene.app.github.reset_calls();
    let head = scene.push().await;
    if edition() == Edition::Cloud {
        scene.hindered("nothing complete within 10 s").await;
    }
    scene.app.settled(&scene.workspace, &head).await;
    assert_eq!(scene.style().await, "B.");
    let needed = if edition() == Edition::Cloud { 3 } else { 2 };
    assert_eq!(scene.app.github.calls().of(Endpoint::GraphQl), needed);
}

/// A folder may be too large to be listed in one answer: the tree as a whole has a way of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_to_be_listed_is_read_with_the_whole_tree() {
    let scene = scene(&[]).await;
    scene.app.github.misbehave(Misbehaviour::new(Fault::Status(502)).on(Endpoint::GraphQl).times(2));
    scene.app.github.reset_calls();
    let head = scene.push().await;
    scene.app.settled(&scene.workspace, &head).await;
    assert_eq!(scene.style().await, "B.");
    assert_eq!(scene.app.github.calls().of(Endpoint::Tree), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_lags_behind_is_told_and_read_again() {
    let scene = scene(&[("DOTCURSOR_READ_LAG", "4s")]).await;
    let old = scene.repo.head();
    scene.app.github.stale(scene.id, &old);
    let head = scene.push().await;
    let shown = scene.hindered(&format!("GitHub still shows {old}, which a push has left")).await;
    assert!(wait(&shown) <= TimeDelta::seconds(4), "{shown}");
    scene.app.github.fresh(scene.id);
    scene.heals(&head).await;
}

/// Nobody notices: one token more is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expired_is_replaced_unseen() {
    let scene = scene(&[]).await;
    let before = scene.app.github.calls().of(Endpoint::AccessTokens);
    scene.app.github.expire_tokens();
    let head = scene.push().await;
    scene.heals(&head).await;
    assert_eq!(scene.app.github.calls().of(Endpoint::AccessTokens), before + 1);
}

/// GitHub gives out no token: nothing can be asked at all.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_not_to_be_had_is_told() {
    let scene = scene(&[]).await;
    scene.app.github.expire_tokens();
    scene.always(Endpoint::AccessTokens, Fault::Status(503));
    let head = scene.push().await;
    scene.hindered("GitHub did not answer for installation").await;
    scene.heals(&head).await;
}

/// GitHub goes down between the plan and the bytes: its files are nobody's fault, and wait.
#[tokio::test(flavor = "multi_thread")]
async fn files_wait_for_a_github_that_is_down_in_sight() {
    let scene = scene(&[]).await;
    scene.app.github.misbehave(Misbehaviour::new(Fault::Status(502)).on(Endpoint::GraphQl).after(1).times(ALWAYS));
    scene.always(Endpoint::Blob, Fault::Status(502));
    let head = scene.push().await;
    let shown = scene.hindered("status 502").await;
    assert!(shown["waitingUntil"].is_string(), "{shown}");
    scene.heals(&head).await;
}

/// Files that GitHub forbids are tried again and then given up: their run fails and names each with its reason. A person who
/// asks for a sync when GitHub has changed its mind gets them.
#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_forbidden_are_named_in_their_run() {
    let scene = scene(&[]).await;
    scene.app.github.misbehave(Misbehaviour::new(Fault::Status(403)).on(Endpoint::GraphQl).after(1).times(ALWAYS));
    scene.always(Endpoint::Blob, Fault::Status(403));
    let head = scene.push().await;
    let run = eventually("the run to fail", async || {
        let runs = scene.app.get(&format!("/api/workspaces/{}/runs", scene.workspace)).await;
        let failed = runs["data"].as_array().and_then(|all| all.iter().find(|run| run["status"] == "failed").cloned());
        failed.ok_or(runs.to_string())
    })
    .await;
    assert_eq!((&run["commit"], &run["errors"][0]["path"]), (&head.as_str().into(), &STYLE.into()), "{run}");
    let reason = run["errors"][0]["message"].as_str().unwrap_or_default();
    assert!(reason.contains("Resource not accessible by integration"), "{run}");
    assert_eq!(scene.style().await, "A.", "the last good text is served");
    scene.app.github.behave();
    let path = format!("/api/workspaces/{}/sync", scene.workspace);
    let (status, body) = scene.app.request(Method::POST, &path, ADMIN_TOKEN).await;
    assert_eq!(status, 202, "{body}");
    scene.heals(&head).await;
}

/// Renamed while a plan is carried out, and no webhook tells: the old address answers 301, and the bytes are found all the same.
#[tokio::test(flavor = "multi_thread")]
async fn a_rename_in_between_loses_no_file() {
    let scene = scene(&[]).await;
    let planned = arm(Point::HandingOut, RepositoryId::new(scene.id));
    scene.repo.write(".cursor/rules/latin.mdc", b"Gr\xfc\xdfe.");
    let head = scene.push().await;
    planned.reached().await;
    scene.app.github.set_delivery_mode(DeliveryMode::Never);
    scene.app.github.rename_repository(scene.id, "octo/site").await.expect("it is renamed");
    scene.app.github.reset_calls();
    drop(planned);
    scene.app.settled(&scene.workspace, &head).await;
    assert_eq!(scene.style().await, "B.");
    let calls = scene.app.github.calls();
    // What is no UTF-8 is read by itself: at the old address, and where that leads to.
    assert_eq!(calls.of(Endpoint::Blob), 2, "{calls:?}");
    let latin = scene.app.definition(&scene.workspace, "rules", "latin").await;
    assert_eq!(latin["syncStatus"], "error", "it was read, and it is no text: {latin}");
}

/// The old address answers what writes with 307: the check run is made at the new one.
#[tokio::test(flavor = "multi_thread")]
async fn a_rename_in_between_loses_no_check_run() {
    let scene = scene(&[]).await;
    scene.always(Endpoint::CheckRun, Fault::Status(502));
    let head = scene.push().await;
    scene.app.settled(&scene.workspace, &head).await;
    scene.app.github.set_delivery_mode(DeliveryMode::Never);
    scene.app.github.rename_repository(scene.id, "octo/site").await.expect("it is renamed");
    scene.app.github.behave();
    eventually("the check run", async || {
        let runs = scene.app.github.check_runs(scene.id);
        let told = runs.iter().any(|run| run.head_sha == head && run.text("conclusion") == Some("success"));
        if told { Ok(()) } else { Err(format!("{runs:?}")) }
    })
    .await;
}
