//! Somebody presses "Re-run" on a check run, or on all checks of a commit.

use super::event::Event;
use crate::sandbox::answer;
use crate::sandbox::git::Commit;
use crate::sandbox::state::{CheckRun, HostedRepository, Hub};
use serde_json::{Value, json};

pub fn check_run_event(hub: &Hub, repository: &HostedRepository, run: &CheckRun) -> Event {
    let mut told = answer::check_run(&hub.url, &hub.state().app, &repository.full_name, run);
    told["check_suite"] = suite(hub, repository, &run.head_sha);
    Event::of_repository(hub, "check_run", repository, json!({"action": "rerequested", "check_run": told}))
}

pub fn check_suite_event(hub: &Hub, repository: &HostedRepository, head: &Commit) -> Event {
    let mut suite = suite(hub, repository, &head.oid);
    suite["rerequestable"] = true.into();
    suite["runs_rerequestable"] = true.into();
    suite["latest_check_runs_count"] = 1.into();
    suite["check_runs_url"] = format!("{}/check-runs", suite["url"].as_str().unwrap_or_default()).into();
    suite["head_commit"] = json!({
        "id": head.oid, "tree_id": head.tree, "message": head.message, "timestamp": head.committer.local_time(),
        "author": {"name": head.author.name, "email": head.author.email},
        "committer": {"name": head.committer.name, "email": head.committer.email},
    });
    Event::of_repository(hub, "check_suite", repository, json!({"action": "rerequested", "check_suite": suite}))
}

/// GitHub has one for each App and commit; the stand-in makes it up.
fn suite(hub: &Hub, repository: &HostedRepository, head: &str) -> Value {
    let url = format!("{}/repos/{}/check-suites/1", hub.url.api, repository.full_name);
    json!({
        "id": 1, "node_id": answer::node_id("CheckSuite", 1), "head_branch": repository.default_branch,
        "head_sha": head, "status": "queued", "conclusion": null, "url": url, "before": null, "after": null,
        "pull_requests": [], "app": answer::app(&hub.url, &hub.state().app), "created_at": repository.created_at,
        "updated_at": repository.created_at,
    })
}
