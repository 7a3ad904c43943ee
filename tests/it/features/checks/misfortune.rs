//! Kills, and what GitHub may answer: told later, told once, and never in the way of a sync.

use super::*;
use crate::support::Setup;
use dotcursor::sandbox::{Endpoint, Fault, Misbehaviour};

/// Repository and workspace with a check run on their first commit.
async fn scene(setup: Setup) -> (TestApp, Repo, i64, String) {
    let app = TestApp::start(setup).await;
    let repo = good();
    let (id, workspace) = app.install(&repo, "octo/web").await;
    check_on(&app, id, &repo.head()).await;
    (app, repo, id, workspace)
}

fn checks(fault: Fault) -> Misbehaviour {
    Misbehaviour::new(fault).on(Endpoint::CheckRun)
}

async fn while_github_is_down_syncs_go_on_and_the_check_comes_later(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    app.github.misbehave(checks(Fault::Status(502)).times(4));
    let head = repo.commit(&[(STYLE, "Use spaces.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    let run = check_on(&app, id, &head).await;
    assert_eq!(run.output("title"), Some("1 definition synced (1 changed)"));
    assert_eq!(on(&app, id, &head).len(), 1);
}

/// GitHub has it, and we do not know.
async fn an_answer_that_was_lost_makes_no_second_check_run(setup: Setup) {
    let (app, repo, id, _) = scene(setup).await;
    app.github.reset_calls();
    app.github.misbehave(checks(Fault::CutBody).times(2));
    let head = repo.commit(&[(".cursor/rules/lost.mdc", &lost(70)), (STYLE, BROKEN)]);
    app.announce(id).await;
    eventually("all annotations", async || {
        let runs = on(&app, id, &head);
        let complete = runs.iter().any(|run| run.text("conclusion").is_some());
        if complete { Ok(()) } else { Err(format!("{runs:?}")) }
    })
    .await;
    let runs = on(&app, id, &head);
    assert_eq!((runs.len(), runs[0].annotations.len()), (1, 71));
}

async fn a_missing_permission_is_told_and_waited_for(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    app.github.reset_calls();
    app.github.misbehave(checks(Fault::Status(403)).times(1));
    let head = repo.commit(&[(STYLE, "Use spaces.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    let told = eventually("the reason to be told", async || {
        let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
        let checks = status["data"]["repositories"][0]["checks"].clone();
        if checks.is_null() { Err(status.to_string()) } else { Ok(checks) }
    })
    .await;
    assert!(told["reason"].as_str().is_some_and(|reason| reason.contains("not accessible by integration")), "{told}");
    assert!(told["waitingUntil"].is_string(), "{told}");
    // More pushes ask GitHub for nothing.
    let head = repo.commit(&[(STYLE, "Use two spaces.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    assert_eq!(app.github.calls().of(Endpoint::CheckRun), 1);

    app.github.accept_permissions(app.installation).await.expect("a webhook is sent");
    let run = check_on(&app, id, &head).await;
    assert_eq!(run.output("title"), Some("1 definition synced (1 changed)"));
    let status = app.get(&format!("/api/workspaces/{workspace}/sync/status")).await;
    assert!(status["data"]["repositories"][0]["checks"].is_null(), "{status}");
}

async fn what_github_refuses_goes_without_annotations_or_is_given_up(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    app.github.misbehave(checks(Fault::Status(422)).times(1));
    let head = repo.commit(&[(STYLE, BROKEN)]);
    app.announce(id).await;
    let run = check_on(&app, id, &head).await;
    assert_eq!((run.text("conclusion"), run.annotations.len()), (Some("failure"), 0));

    app.github.reset_calls();
    app.github.misbehave(checks(Fault::Status(422)).times(1));
    let refused = repo.commit(&[(STYLE, "Use spaces.")]);
    app.announce(id).await;
    app.settled(&workspace, &refused).await;
    eventually("the refusal", async || match app.github.calls().of(Endpoint::CheckRun) {
        1 => Ok(()),
        calls => Err(calls.to_string()),
    })
    .await;
    // What was not told is told with the next one.
    let head = repo.commit(&[(".cursor/rules/other.mdc", "Other.")]);
    app.announce(id).await;
    let run = check_on(&app, id, &head).await;
    assert_eq!(run.output("title"), Some("2 definitions synced (1 added, 1 changed)"));
    assert!(on(&app, id, &refused).is_empty());
}

/// GitHub's replicas do not know the commit yet.
async fn what_is_not_found_is_asked_for_again(setup: Setup) {
    let (app, repo, id, _) = scene(setup).await;
    app.github.misbehave(checks(Fault::Status(404)).times(3));
    let head = repo.commit(&[(STYLE, "Use spaces.")]);
    app.announce(id).await;
    check_on(&app, id, &head).await;
    assert_eq!(on(&app, id, &head).len(), 1);
}

async fn a_secondary_limit_is_obeyed(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    app.github.reset_calls();
    let wait = std::time::Duration::from_secs(2);
    app.github.misbehave(checks(Fault::SecondaryLimit { status: 403, retry_after: Some(wait) }).times(1));
    let begun = std::time::Instant::now();
    let head = repo.commit(&[(STYLE, "Use spaces.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    check_on(&app, id, &head).await;
    assert!(begun.elapsed() >= wait - std::time::Duration::from_secs(1), "{:?}", begun.elapsed());
    assert!(app.github.calls().of(Endpoint::CheckRun) <= 3);
}

/// A check that is half written ends when a newer commit takes its place.
async fn an_overtaken_check_ends(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    app.github.misbehave(checks(Fault::Status(502)).after(1).times(10_000));
    let half = repo.commit(&[(".cursor/rules/lost.mdc", &lost(70))]);
    app.announce(id).await;
    eventually("the first half", async || {
        let runs = on(&app, id, &half);
        if runs.len() == 1 { Ok(()) } else { Err(format!("{runs:?}")) }
    })
    .await;
    let head = repo.commit(&[(".cursor/rules/lost.mdc", "Found.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    app.github.behave();
    let run = check_on(&app, id, &head).await;
    assert_eq!(run.output("title"), Some("1 definition synced (1 added)"));
    let half = check_on(&app, id, &half).await;
    assert_eq!(half.text("conclusion"), Some("skipped"));
    assert_eq!(half.output("title"), Some(&*format!("Superseded by {}", &head[..7])));
}

async fn a_suspended_installation_is_told_nothing(setup: Setup) {
    let (app, repo, id, workspace) = scene(setup).await;
    app.github.misbehave(checks(Fault::Status(502)).times(10_000));
    let head = repo.commit(&[(STYLE, "Use spaces.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    app.github.suspend(app.installation).await.expect("a webhook is sent");
    app.github.behave();
    app.github.unsuspend(app.installation).await.expect("a webhook is sent");
    let head = repo.commit(&[(".cursor/rules/other.mdc", "Other.")]);
    app.announce(id).await;
    check_on(&app, id, &head).await;
}

on_both_setups! {
    while_github_is_down_syncs_go_on_and_the_check_comes_later,
    an_answer_that_was_lost_makes_no_second_check_run,
    a_missing_permission_is_told_and_waited_for,
    what_github_refuses_goes_without_annotations_or_is_given_up,
    what_is_not_found_is_asked_for_again,
    a_secondary_limit_is_obeyed,
    an_overtaken_check_ends,
    a_suspended_installation_is_told_nothing,
}

#[cfg(feature = "hold")]
mod kills {
    use super::super::{check_on, good, on};
    use crate::support::child::Child;
    use crate::support::wait::eventually;
    use crate::support::{Setup, TestApp};
    use dotcursor::hold::Point;

    /// Killed when GitHub has taken the check run, and before that is written down.
    async fn a_kill_makes_no_second_check_run(setup: Setup) {
        let mut app = TestApp::without_server(setup, &[("DOTCURSOR_READ_LAG", "0s")]).await;
        let hold = app.data().join("hold");
        app.variables.insert("DOTCURSOR_HOLD_FILE".into(), hold.display().to_string());
        let mut server = Child::start("receiver,worker,api", &app.variables).await;
        let address = server.address().to_owned();
        app.serve_at(&address, &address);
        let repo = good();
        let (id, _) = app.install(&repo, "octo/killed").await;
        check_on(&app, id, &repo.head()).await;
        // Else it could be this one's writing that is held.
        eventually("the first check run to be written down", async || {
            let metrics = app.get("/metrics").await;
            let shown = metrics.as_str().is_some_and(|text| text.contains("dotcursor_checks_shown_total{"));
            if shown { Ok(()) } else { Err(metrics.to_string()) }
        })
        .await;

        std::fs::write(&hold, format!("{:?}", Point::CheckWritten)).expect("the point is named");
        let head = repo.commit(&[(super::STYLE, &super::lost(70))]);
        tokio::join!(app.announce(id), async {
            eventually(
                "the process to be held",
                async || if hold.exists() { Err(hold.display().to_string()) } else { Ok(()) },
            )
            .await;
            server.kill();
        });
        assert_eq!(on(&app, id, &head).len(), 1, "GitHub has it");
        server.start_again().await;
        let run = check_on(&app, id, &head).await;
        assert_eq!((run.annotations.len(), on(&app, id, &head).len()), (70, 1));
    }

    crate::features::on_both_setups! { a_kill_makes_no_second_check_run, }
}
