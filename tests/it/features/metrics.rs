//! What an operator watches.

use crate::support::app::edition;
use crate::support::wait::eventually;
use crate::support::{Repo, Setup, TestApp};
use dotcursor::sandbox::Edition;

#[tokio::test(flavor = "multi_thread")]
async fn metrics_name_what_is_worth_watching() {
    let app = TestApp::start(Setup::Embedded).await;
    let repo = Repo::with(&[(".cursor/rules/style.mdc", "A.")]);
    let (id, workspace) = app.install(&repo, "octo/watched").await;
    let head = repo.commit(&[(".cursor/rules/style.mdc", "B.")]);
    app.announce(id).await;
    app.settled(&workspace, &head).await;
    app.definition(&workspace, "rules", "style").await;
    let mut names = vec![
        "dotcursor_deliveries_total{event=\"push\",outcome=\"owed\"}",
        "dotcursor_oldest_task_seconds",
        "dotcursor_tasks_open",
        "dotcursor_queue_depth",
        "dotcursor_parse_seconds",
        "dotcursor_batch_seconds",
        "dotcursor_plan_seconds",
        "dotcursor_run_seconds",
        "dotcursor_github_calls_total",
        "dotcursor_cache_requests_total",
    ];
    // Enterprise Server counts nothing.
    if edition() == Edition::Cloud {
        names.push("dotcursor_github_quota_remaining");
    }
    // Some are measured by the sweeper, twice a second.
    eventually("every metric", async || {
        let metrics = app.get("/metrics").await;
        let metrics = metrics.as_str().unwrap_or_default();
        let missing: Vec<&str> = names.iter().copied().filter(|name| !metrics.contains(name)).collect();
        if missing.is_empty() { Ok(()) } else { Err(format!("{missing:?}")) }
    })
    .await;
    let metrics = app.get("/metrics").await;
    let metrics = metrics.as_str().unwrap_or_default();
    for line in metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = line.split(' ').next().unwrap_or_default();
        assert!(metrics.contains(&format!("# HELP {name} ")), "{name} is not explained");
    }
}
