//! Proofs with figures, too long for every day: `scripts/outage` runs them.

use crate::convergence::compare;
use crate::support::wait::{eventually, eventually_within};
use crate::support::{Repo, Setup, TestApp};
use dotcursor::sandbox::{Calls, DeliveryMode, Endpoint, PushSpec};
use std::time::{Duration, Instant};

const KINDS: [(&str, &str); 3] = [("rules", "mdc"), ("agents", "md"), ("commands", "md")];

/// A repository with so many definitions.
fn repository(definitions: usize, text: &str) -> Repo {
    let repo = Repo::init();
    for number in 0..definitions {
        let (folder, ending) = KINDS[number % KINDS.len()];
        repo.write(&format!(".cursor/{folder}/d{number}.{ending}"), format!("{text} {number}."));
    }
    repo.commit_all();
    repo
}

#[expect(clippy::print_stdout, reason = "this is what it is run for")]
fn tell(what: &str, begun: Instant, calls: &Calls) {
    println!("{what}: {:.1} s", begun.elapsed().as_secs_f32());
    println!("  {} calls: {calls:?}", calls.total());
}

/// The receiver is down while a thousand pushes happen in fifty repositories.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a proof with figures: scripts/outage runs it"]
async fn pushes_while_the_receiver_was_down() {
    let (mut app, clean) = (TestApp::start(Setup::Embedded).await, TestApp::start(Setup::Embedded).await);
    let mut all = Vec::new();
    for number in 0..50 {
        let repo = repository(6, "First");
        let name = format!("octo/r{number}");
        let (id, workspace) = app.install(&repo, &name).await;
        all.push((repo, id, name, workspace));
    }
    app.stop().await;
    for push in 0..20 {
        for (repo, id, ..) in &all {
            match push % 5 {
                0 => drop(repo.commit(&[(".cursor/rules/d0.mdc", &format!("Push {push}."))])),
                1 => drop(repo.commit(&[(&format!("p{push}/.cursor/agents/deep{push}.md"), "Deep.")])),
                2 => drop(repo.commit(&[("README.md", &format!("Push {push}."))])),
                3 => {
                    repo.remove(&format!(".cursor/commands/d{}.md", if push == 3 { 2 } else { 5 }));
                    repo.commit_all();
                }
                _ => {
                    repo.reset("HEAD~1");
                    repo.commit(&[(".cursor/rules/forced.mdc", &format!("Push {push}."))]);
                }
            }
            app.announce(*id).await;
        }
    }
    let failed = app.github.deliveries().iter().filter(|attempt| !attempt.is_ok()).count();
    assert_eq!(failed, 1_000);

    app.github.reset_calls();
    let begun = Instant::now();
    app.start_again().await;
    for (repo, _, _, workspace) in &all {
        app.settled(workspace, &repo.head()).await;
    }
    tell("a thousand pushes missed in 50 repositories, made up for after the restart", begun, &app.github.calls());
    eventually("the newest push of each to come again", async || {
        let again = app.github.deliveries().iter().filter(|attempt| attempt.redelivery && attempt.is_ok()).count();
        if again == 50 { Ok(()) } else { Err(again.to_string()) }
    })
    .await;
    tell("… and the newest push of each came again", begun, &app.github.calls());
    for (repo, _, name, workspace) in &all {
        app.settled(workspace, &repo.head()).await;
        let (_, imported) = clean.install(repo, name).await;
        compare::equals(&app, workspace, (&clean, &imported), name).await;
    }
}

/// A push in each of fifty repositories is lost, and GitHub lists none of them.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a proof with figures: scripts/outage runs it"]
async fn pushes_that_were_lost_without_a_trace() {
    let app = TestApp::start_with(Setup::Embedded, &[("DOTCURSOR_SYNC_INTERVAL", "1m")]).await;
    let mut all = Vec::new();
    for number in 0..50 {
        let repo = repository(6, "First");
        let (id, workspace) = app.install(&repo, &format!("octo/r{number}")).await;
        all.push((repo, id, workspace));
    }
    app.github.set_delivery_mode(DeliveryMode::Never);
    for (repo, id, _) in &all {
        repo.commit(&[(".cursor/rules/d0.mdc", "Lost."), ("deep/.cursor/agents/lost.md", "Lost.")]);
        app.announce(*id).await;
    }
    app.github.reset_calls();
    let begun = Instant::now();
    for (repo, _, workspace) in &all {
        let head = repo.head();
        eventually_within(Duration::from_secs(150), "a lost push to be found", async || {
            let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
            let found = status["data"]["repositories"][0]["syncedCommit"] == head.as_str();
            if found { Ok(()) } else { Err(status.to_string()) }
        })
        .await;
    }
    tell("50 pushes lost without a trace, found by a schedule of one minute", begun, &app.github.calls());
}

/// An organisation installs the App on all of its thousand repositories, with fifty definitions in each.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a proof with figures: scripts/outage runs it"]
async fn an_organisation_is_imported_within_an_hours_quota() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = repository(50, "Of the organisation");
    for number in 0..1_000 {
        app.host(&repo, &format!("octo/r{number}"));
    }
    let begun = Instant::now();
    app.github.announce_installation(app.installation).await.expect("a webhook is sent");
    eventually_within(Duration::from_secs(3_000), "all of it to be read", async || {
        let metrics = app.get("/metrics").await;
        let lines = metrics.as_str().unwrap_or_default().lines();
        let stored = lines.filter_map(|line| line.strip_prefix("dotcursor_files_stored_total ")?.parse::<f64>().ok());
        let stored = stored.sum::<f64>();
        tokio::time::sleep(Duration::from_secs(1)).await;
        if stored >= 50_000.0 { Ok(()) } else { Err(format!("{stored} files stored")) }
    })
    .await;
    app.idle().await;
    let calls = app.github.calls();
    tell("1,000 repositories with 50 definitions each, imported", begun, &calls);
    assert!(calls.total() <= 5_000, "{calls:?}");
    assert!(begun.elapsed() < Duration::from_secs(3_600));
}

/// Ten thousand pushes that touch nothing of ours: a busy day.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a proof with figures: scripts/outage runs it"]
async fn an_untouched_day_costs_the_schedule_only() {
    let app = TestApp::start(Setup::Embedded).await;
    let mut all = Vec::new();
    for number in 0..50 {
        let repo = repository(6, "First");
        let (id, workspace) = app.install(&repo, &format!("octo/r{number}")).await;
        let before = repo.head();
        let after = repo.commit(&[("README.md", "Words.")]);
        app.announce(id).await;
        app.caught_up(&workspace, &after).await;
        // The repository is kept: what GitHub cannot read it tells as a forced push.
        all.push((repo, id, before, after));
    }
    app.github.reset_calls();
    let begun = Instant::now();
    for (_repo, id, before, after) in all.iter().cycle().take(10_000) {
        let reference = "refs/heads/main".to_owned();
        let spec = PushSpec { reference, before: Some(before.clone()), after: Some(after.clone()) };
        app.github.push(*id, spec).await.expect("a webhook is sent");
    }
    let calls = app.github.calls();
    tell("10,000 pushes that touch nothing of ours", begun, &calls);
    assert_eq!(calls.of(Endpoint::Tree) + calls.of(Endpoint::Blob), 0, "{calls:?}");
    // Heads once every ten minutes, a list of what is installed, a list of deliveries.
    let rounds = begun.elapsed().as_secs() / 540 + 1;
    assert!(calls.total() <= rounds * 4 + 2 * (10_000 / 100), "{calls:?}");
}
