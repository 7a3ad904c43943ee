//! A check run as GitHub gives it back.

use super::{app, node_id};
use crate::sandbox::site::Site;
use crate::sandbox::state::{App, CheckRun};
use serde_json::{Value, json};

pub fn check_run(base: &Site, the_app: &App, repository_name: &str, run: &CheckRun) -> Value {
    let url = format!("{}/repos/{repository_name}/check-runs/{}", base.api, run.id);
    let conclusion = run.text("conclusion");
    let status = if conclusion.is_some() { "completed" } else { run.text("status").unwrap_or("queued") };
    json!({
        "id": run.id, "node_id": node_id("CheckRun", run.id), "head_sha": run.head_sha, "name": run.text("name"),
        "url": url, "html_url": format!("{base}/{repository_name}/runs/{}", run.id),
        "details_url": run.text("details_url").unwrap_or(&base.web), "external_id": run.text("external_id").unwrap_or(""),
        "status": status, "conclusion": conclusion,
        "started_at": run.text("started_at"), "completed_at": run.text("completed_at"),
        "check_suite": {"id": run.id},
        "output": {
            "title": run.output("title"), "summary": run.output("summary"), "text": run.output("text"),
            "annotations_count": run.annotations.len(), "annotations_url": format!("{url}/annotations"),
        },
        "app": app(base, the_app), "pull_requests": [],
    })
}

/// As it was sent, with null for what was left out.
pub fn annotation(tree_url: &str, sent: &Value) -> Value {
    let path = sent.get("path").and_then(Value::as_str).unwrap_or_default();
    let mut full = json!({
        "path": path, "blob_href": format!("{tree_url}/{path}"), "start_column": null, "end_column": null,
        "title": null, "raw_details": null,
    });
    if let (Some(full), Some(sent)) = (full.as_object_mut(), sent.as_object()) {
        full.extend(sent.clone());
    }
    full
}
