//! Pull requests that anybody may open, as large as they like: what they cost the owner is bounded.

use super::pull::{opened, propose};
use super::*;
use crate::support::Setup;
use dotcursor::sandbox::{Endpoint, Fault, Misbehaviour};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_pull_request_is_read_in_part_and_says_so() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = good();
    let (id, workspace) = app.install(&repo, "octo/web").await;
    check_on(&app, id, &repo.head()).await;
    let head = propose(&repo, 1, |repo| {
        for number in 0..1_100 {
            repo.write(&format!(".cursor/rules/r{number:04}.mdc"), format!("Rule {number}."));
        }
    });
    // Even its list is more than GitHub gives.
    app.github.misbehave(Misbehaviour::new(Fault::TruncateTree { entries: 1 }).on(Endpoint::Tree).times(1_000));
    app.github.pull_request(id, opened(1)).await.expect("a webhook is sent");
    let run = check_on(&app, id, &head).await;
    assert_eq!((run.text("conclusion"), run.output("title")), (Some("neutral"), Some("Not looked at")));
    let tries = app.github.calls().of(Endpoint::Compare);
    assert_eq!(tries, 3);

    app.github.behave();
    app.github.reset_calls();
    app.github.pull_request(id, opened(1)).await.expect("a webhook is sent");
    let run = changed(&app, id, &run).await;
    assert_eq!(run.output("title"), Some("1,000 definitions would change (1,000 added), 100 files not read"));
    let summary = run.output("summary").unwrap_or_default();
    assert!(summary.contains("of one pull request 1000 files and 32 MiB are read at most"), "{summary}");
    let calls = app.github.calls();
    assert!(calls.reads() <= 3 + 1_000 / 50, "{calls:?}");
    assert_eq!(app.names(&workspace, "rules").await, ["style"], "nothing is stored");
}

/// Longer than whoever takes up a check is waited for.
#[tokio::test(flavor = "multi_thread")]
async fn a_look_that_takes_long_is_taken_by_one_alone() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = good();
    let (id, _) = app.install(&repo, "octo/web").await;
    check_on(&app, id, &repo.head()).await;
    let head = propose(&repo, 1, |repo| repo.write(STYLE, "Use spaces."));
    app.github.reset_calls();
    app.github.misbehave(Misbehaviour::new(Fault::Delay(Duration::from_millis(1_500))).times(5));
    app.github.pull_request(id, opened(1)).await.expect("a webhook is sent");
    check_on(&app, id, &head).await;
    assert_eq!((app.github.calls().of(Endpoint::Compare), on(&app, id, &head).len()), (1, 1));
}
