//! Somebody presses "Re-run" on a check run, or on all checks of a commit.

use super::event::Event;
use crate::sandbox::answer;
use crate::sandbox::state::{CheckRun, HostedRepository, Hub};
use serde_json::{Value, json};

pub fn check_run_event(hub: &Hub, repository: &HostedRepository, run: &CheckRun) -> Event {
    let mut told = answer::check_run(&hub.url, &hub.state().app, &repository.full_name, run);
    told["check_suite"] = suite(hub, repository, &run.head_sha);
    Event::of_repository(hub, "check_run", repository, json!({"action": "rerequested", "check_run": told}))
}

pub fn check_suite_event(hub: &Hub, repository: &HostedRepository, head: &str) -> Event {
    let suite = suite(hub, repository, head);
    Event::of_repository(hub, "check_suite", repository, json!({"action": "rerequested", "check_suite": suite}))
}

/// GitHub has one for each App and commit; the stand-in makes it up.
fn suite(hub: &Hub, repository: &HostedRepository, head: &str) -> Value {
    let url = format!("{}/repos/{}/check-suites/1", hub.url, repository.full_name);
    json!({
        "id": 1, "node_id": answer::node_id("CheckSuite", 1), "head_branch": repository.default_branch,
        "head_sha": head, "status": "queued", "conclusion": null, "url": url, "before": null, "after": null,
        "pull_requests": [], "app": answer::app(&hub.url, &hub.state().app), "created_at": repository.created_at,
        "updated_at": repository.created_at, "rerequestable": true, "runs_rerequestable": true,
        "latest_check_runs_count": 1, "check_runs_url": format!("{url}/check-runs"), "head_commit": null,
    })
}
