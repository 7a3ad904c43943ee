//! Webhooks that never came: asked for again where GitHub lists them, made up for by the schedule where nobody knows of them.

use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use dotcursor::sandbox::{DeliveryMode, Endpoint, Fault, Misbehaviour};
use serde_json::Value;

const STYLE: &str = ".cursor/rules/style.mdc";
/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9/webhooks/github";
/// Heads are compared, and lists read, that often.
const OFTEN: [(&str, &str); 2] = [("DOTCURSOR_SYNC_INTERVAL", "1s"), ("DOTCURSOR_READ_LAG", "0s")];
/// Nothing is found by the schedule while a test runs.
const SELDOM: [(&str, &str); 2] = [("DOTCURSOR_SYNC_INTERVAL", "1h"), ("DOTCURSOR_READ_LAG", "0s")];

struct Scene {
    app: TestApp,
    repo: Repo,
    id: i64,
    workspace: String,
}

/// An app over one repository with one rule, all of it read.
async fn scene(setup: Setup, variables: &[(&str, &str)]) -> Scene {
    let app = TestApp::start_with(setup, variables).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let (id, workspace) = app.install(&repo, "octo/web").await;
    Scene { app, repo, id, workspace }
}

impl Scene {
    async fn rules_are(&self, names: &[&str]) {
        eventually(&format!("the rules {names:?}"), async || {
            let rules = self.app.names(&self.workspace, "rules").await;
            if rules == names { Ok(()) } else { Err(format!("{rules:?}")) }
        })
        .await;
    }

    async fn repository(&self) -> Value {
        let status = self.app.get(&format!("/api/workspaces/{}/sync/status", self.workspace)).await;
        status["data"]["repositories"][0].clone()
    }

    /// What the log says that was done on GitHub, once it says this last.
    async fn logged(&self, action: &str) -> Value {
        let path = format!("/api/audit?actor=github&action={action}");
        eventually(action, async || {
            let log = self.app.get(&path).await;
            let entry = log["data"].as_array().and_then(|all| all.first().cloned());
            entry.ok_or_else(|| log.to_string())
        })
        .await
    }
}

/// How often GitHub sent this delivery.
fn attempts(app: &TestApp, guid: &str) -> usize {
    app.github.deliveries().iter().filter(|attempt| attempt.delivery.guid == guid).count()
}

async fn what_came_while_nobody_listened_is_made_up_for(setup: Setup) {
    let mut app = TestApp::start_with(setup, &SELDOM).await;
    let mut all = Vec::new();
    for name in ["octo/one", "octo/two", "octo/three"] {
        let repo = Repo::with(&[(STYLE, "A.")]);
        let (id, workspace) = app.install(&repo, name).await;
        all.push((repo, id, workspace));
    }
    app.stop().await;
    for number in 0..5 {
        for (repo, id, _) in &all {
            repo.commit(&[(STYLE, &format!("B{number}.")), (&format!("p{number}/.cursor/rules/deep.mdc"), "Deep.")]);
            app.announce(*id).await;
        }
    }
    let new = Repo::with(&[(".cursor/agents/one.md", "One.")]);
    let added = app.host(&new, "octo/new");
    app.github.announce_repository(added).await.unwrap();
    let failed = app.github.deliveries().iter().filter(|attempt| !attempt.is_ok()).count();
    assert_eq!(failed, 16);

    app.github.reset_calls();
    app.start_again().await;
    for (repo, _, workspace) in &all {
        app.settled(workspace, &repo.head()).await;
        assert_eq!(app.names(workspace, "rules").await.len(), 6);
    }
    let workspace = app.workspace("octo/new").await;
    app.settled(&workspace, &new.head()).await;
    eventually("the newest push of each to be sent again", async || {
        let again = app.github.deliveries().iter().filter(|attempt| attempt.redelivery && attempt.is_ok()).count();
        if again == 3 { Ok(()) } else { Err(again.to_string()) }
    })
    .await;
    let asked = app.github.deliveries().iter().filter(|attempt| attempt.redelivery).count();
    assert_eq!(asked, 3, "of fifteen pushes the newest of each repository");
}

/// What no look could make up for: a wish.
async fn a_wish_that_was_missed_is_asked_for_again(setup: Setup) {
    let scene = scene(setup, &OFTEN).await;
    let Scene { app, repo, id, .. } = &scene;
    let run = eventually("the check run", async || {
        let runs = app.github.check_runs(*id);
        runs.into_iter().find(|run| run.head_sha == repo.head()).ok_or("none".to_owned())
    })
    .await;
    let receiver = format!("{}/webhooks/github", app.address());
    app.github.set_webhook_url(NOWHERE);
    let guid = app.github.rerequest_check_run(run.id).await.unwrap();
    app.github.set_webhook_url(&receiver);
    eventually("the delivery", async || {
        let inbox = app.get("/api/deliveries").await;
        let came = inbox["data"].as_array().into_iter().flatten().any(|one| one["id"] == guid.as_str());
        if came { Ok(()) } else { Err(inbox.to_string()) }
    })
    .await;
    // GitHub lists it when it has our answer.
    eventually("the second attempt in the list", async || match attempts(app, &guid) {
        2 => Ok(()),
        other => Err(other.to_string()),
    })
    .await;
}

/// A delivery that is refused is asked for a few times, not for ever.
async fn what_never_comes_is_given_up(setup: Setup) {
    let scene = scene(setup, &OFTEN).await;
    let Scene { app, .. } = &scene;
    app.github.set_webhook_secret("not ours");
    let guid = app.github.rerequest_check_suite(scene.id, &scene.repo.head()).await.unwrap();
    eventually("three more attempts", async || match attempts(app, &guid) {
        4 => Ok(()),
        other => Err(other.to_string()),
    })
    .await;
    let listed = app.github.calls().of(Endpoint::Deliveries);
    eventually("two more looks at the list", async || {
        let now = app.github.calls().of(Endpoint::Deliveries);
        if now >= listed + 2 { Ok(()) } else { Err(now.to_string()) }
    })
    .await;
    assert_eq!(attempts(app, &guid), 4);
    let missed = app.get("/api/deliveries/missed?outcome=asked").await;
    let told = &missed["data"][0];
    assert_eq!((&missed["meta"]["total"], &told["id"]), (&1.into(), &guid.as_str().into()), "{missed}");
    assert_eq!((&told["attempts"], &told["action"]), (&3.into(), &"rerequested".into()), "{missed}");
    assert!(told["status"].as_str().is_some_and(|status| status.contains("(401)")), "{missed}");
}

/// GitHub fails at one of them whenever it is asked.
async fn one_that_is_not_sent_again_keeps_back_no_other(setup: Setup) {
    let scene = scene(setup, &OFTEN).await;
    let Scene { app, repo, id, .. } = &scene;
    let receiver = format!("{}/webhooks/github", app.address());
    app.github.set_webhook_url(NOWHERE);
    let first = app.github.rerequest_check_suite(*id, &repo.head()).await.unwrap();
    let refused = app.github.deliveries().iter().find(|one| one.delivery.guid == first).map(|one| one.id).unwrap();
    let never = Misbehaviour::new(Fault::Status(500)).path_containing(&format!("/{refused}/attempts"));
    app.github.misbehave(never.times(1_000));
    let second = app.github.rerequest_check_suite(*id, &repo.head()).await.unwrap();
    app.github.set_webhook_url(&receiver);
    eventually("the other one to be sent again", async || match attempts(app, &second) {
        2.. => Ok(()),
        one => Err(one.to_string()),
    })
    .await;
    assert_eq!(attempts(app, &first), 1);
}

async fn lost_pushes_are_found_by_the_schedule(setup: Setup) {
    let scene = scene(setup, &OFTEN).await;
    scene.app.github.set_delivery_mode(DeliveryMode::Never);
    let head = scene.repo.commit(&[(STYLE, "B."), ("deep/.cursor/rules/more.mdc", "More.")]);
    scene.app.settled(&scene.workspace, &head).await;
    assert_eq!(scene.app.names(&scene.workspace, "rules").await.len(), 2);
}

async fn lost_changes_of_a_repository_are_found(setup: Setup) {
    let scene = scene(setup, &OFTEN).await;
    let Scene { app, id, .. } = &scene;
    app.github.set_delivery_mode(DeliveryMode::Never);
    app.github.rename_repository(*id, "octo/site").await.unwrap();
    app.github.make_private(*id, true).await.unwrap();
    app.github.archive(*id, true).await.unwrap();
    let renamed = scene.logged("repository.rename").await;
    assert_eq!(renamed["details"], serde_json::json!({"from": "octo/web", "to": "octo/site"}));
    scene.logged("repository.privatize").await;
    scene.logged("repository.archive").await;
    assert_eq!(scene.repository().await["fullName"], "octo/site");
    scene.repo.git(&["branch", "--quiet", "trunk"]);
    app.github.change_default_branch(*id, "trunk").await.unwrap();
    scene.logged("repository.default-branch").await;
    scene.rules_are(&["style"]).await;
}

/// GitHub tells nobody of a repository that is deleted.
async fn a_deleted_repository_leaves_and_a_lost_one_comes(setup: Setup) {
    let scene = scene(setup, &OFTEN).await;
    let Scene { app, repo, id, workspace } = &scene;
    app.github.set_delivery_mode(DeliveryMode::Never);
    app.github.remove_repository(*id).await.unwrap();
    scene.rules_are(&[]).await;
    assert_eq!(scene.logged("repository.remove").await["target"], "octo/web");
    let head = repo.commit(&[(STYLE, "B.")]);
    app.host_again(repo, "octo/web", *id);
    app.settled(workspace, &head).await;
    scene.logged("repository.return").await;
    assert_eq!(app.definition(workspace, "rules", "style").await["version"], 2, "its history went on");
}

async fn a_lost_suspension_and_its_end_are_found(setup: Setup) {
    let scene = scene(setup, &OFTEN).await;
    let Scene { app, repo, workspace, .. } = &scene;
    app.github.set_delivery_mode(DeliveryMode::Never);
    app.github.suspend(app.installation).await.unwrap();
    let head = repo.commit(&[(STYLE, "B.")]);
    eventually("the suspension to be told", async || {
        let repository = scene.repository().await;
        let told = repository["reason"].as_str().is_some_and(|reason| reason.contains("repository is suspended"));
        if told { Ok(()) } else { Err(repository.to_string()) }
    })
    .await;
    scene.logged("installation.suspend").await;
    scene.rules_are(&["style"]).await;
    app.github.unsuspend(app.installation).await.unwrap();
    app.settled(workspace, &head).await;
    scene.logged("installation.resume").await;
}

/// The App is taken away and installed again, under another number, and nobody told of either.
async fn an_app_that_was_installed_again_goes_on(setup: Setup) {
    let scene = scene(setup, &OFTEN).await;
    let Scene { app, repo, id, workspace } = &scene;
    let before = app.definition(workspace, "rules", "style").await["id"].clone();
    app.github.set_delivery_mode(DeliveryMode::Never);
    app.github.uninstall(app.installation).await.unwrap();
    let again = app.github.install("octo", Some(app.installation + 1_000_000));
    app.host_for(again, repo, "octo/web", *id);
    let head = repo.commit(&[(STYLE, "B.")]);
    app.settled(workspace, &head).await;
    let style = app.definition(workspace, "rules", "style").await;
    assert_eq!((&style["id"], &style["version"]), (&before, &2.into()));
    scene.logged("installation.remove").await;
}

async fn a_transferred_repository_goes_on_under_its_new_owner(setup: Setup) {
    let scene = scene(setup, &OFTEN).await;
    let Scene { app, repo, id, workspace } = &scene;
    app.github.set_delivery_mode(DeliveryMode::Never);
    let hexa = app.github.install("hexa", Some(app.installation + 1_000_000));
    app.github.transfer_repository(*id, hexa, "hexa/web").unwrap();
    let head = repo.commit(&[(STYLE, "B.")]);
    app.settled(workspace, &head).await;
    assert_eq!(scene.repository().await["fullName"], "hexa/web");
}

/// The old owner's installation lost it, and of the new one's nobody told: a push is the first that is heard of it.
async fn a_push_of_what_was_taken_away_brings_it_back(setup: Setup) {
    let scene = scene(setup, &SELDOM).await;
    let Scene { app, repo, id, workspace } = &scene;
    app.github.remove_repository(*id).await.unwrap();
    scene.rules_are(&[]).await;
    let hexa = app.github.install("hexa", Some(app.installation + 1_000_000));
    app.host_for(hexa, repo, "hexa/web", *id);
    let head = repo.commit(&[(STYLE, "B.")]);
    app.announce(*id).await;
    app.settled(workspace, &head).await;
    assert_eq!(scene.repository().await["fullName"], "hexa/web");
}

async fn what_is_granted_is_noted(setup: Setup) {
    let scene = scene(setup, &OFTEN).await;
    let Scene { app, .. } = &scene;
    let listed = app.github.calls().of(Endpoint::Installations);
    eventually("what is granted to be read", async || {
        let now = app.github.calls().of(Endpoint::Installations);
        if now >= listed + 2 { Ok(()) } else { Err(now.to_string()) }
    })
    .await;
    app.github.set_granted(app.installation, "checks", false);
    let noted = scene.logged("installation.permissions").await;
    assert_eq!(noted["details"]["to"], "contents:read metadata:read pull_requests:read");
    app.github.rename_account(app.installation, "hexa");
    let noted = scene.logged("installation.rename").await;
    assert_eq!(noted["details"], serde_json::json!({"from": "octo", "to": "hexa"}));
}

/// A hundred heads cost one call.
async fn heads_are_compared_by_the_hundred(setup: Setup) {
    let app = TestApp::start_with(setup, &SELDOM).await;
    let repo = Repo::with(&[(STYLE, "A.")]);
    let mut last = 0;
    for number in 0..150 {
        last = app.host(&repo, &format!("octo/r{number}"));
    }
    app.github.announce_installation(app.installation).await.unwrap();
    eventually("all repositories to be there", async || {
        let list = app.get("/api/workspaces?pageSize=1").await;
        if list["meta"]["total"] == 150 { Ok(()) } else { Err(list["meta"].to_string()) }
    })
    .await;
    let workspace = app.workspace_of("octo/r149").await;
    app.settled(&workspace, &repo.head()).await;
    app.idle().await;

    let mut app = app;
    app.stop().await;
    let other = Repo::with(&[(STYLE, "Other.")]);
    app.host_again(&other, "octo/r149", last);
    app.github.reset_calls();
    app.start_again().await;
    app.settled(&workspace, &other.head()).await;
    let calls = app.github.calls();
    assert!(calls.of(Endpoint::GraphQl) <= 6, "two for 150 heads, two for the one that differs: {calls:?}");
    assert!(calls.of(Endpoint::InstallationRepositories) <= 2, "{calls:?}");
}

super::on_both_setups! {
    what_came_while_nobody_listened_is_made_up_for,
    a_wish_that_was_missed_is_asked_for_again,
    what_never_comes_is_given_up,
    one_that_is_not_sent_again_keeps_back_no_other,
    lost_pushes_are_found_by_the_schedule,
    lost_changes_of_a_repository_are_found,
    a_deleted_repository_leaves_and_a_lost_one_comes,
    a_lost_suspension_and_its_end_are_found,
    an_app_that_was_installed_again_goes_on,
    a_transferred_repository_goes_on_under_its_new_owner,
    a_push_of_what_was_taken_away_brings_it_back,
    what_is_granted_is_noted,
    heads_are_compared_by_the_hundred,
}
