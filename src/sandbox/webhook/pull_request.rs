//! The pull_request event. The head is what `refs/pull/N/head` points to in the repository, where GitHub has it, too, when it
//! comes from a fork.

use super::event::Event;
use crate::sandbox::answer;
use crate::sandbox::state::{HostedRepository, Hub};
use serde_json::{Value, json};

/// What happened to a pull request.
#[derive(Clone, Debug)]
pub struct PullSpec {
    pub number: i64,
    /// `opened`, `synchronize`, `reopened`, …
    pub action: &'static str,
    /// The branch that it is to be merged into.
    pub base: String,
    /// With `synchronize`: the head before.
    pub before: Option<String>,
    /// The full name of the fork that the head comes from.
    pub fork: Option<String>,
}

/// One end of a pull request.
pub struct Tip<'a> {
    pub git_ref: &'a str,
    pub sha: &'a str,
    /// Whose: the fork, or the repository itself.
    pub repository: &'a HostedRepository,
}

pub fn pull_request_event(hub: &Hub, repository: &HostedRepository, spec: &PullSpec, head: &str, base: &str) -> Event {
    let fork = spec.fork.as_ref().map(|name| fork(repository, name));
    let head_tip = Tip { git_ref: "a-change", sha: head, repository: fork.as_ref().unwrap_or(repository) };
    let base_tip = Tip { git_ref: &spec.base, sha: base, repository };
    let mut payload = json!({
        "action": spec.action, "number": spec.number,
        "pull_request": pull_request(hub, repository, spec.number, &head_tip, &base_tip),
    });
    if let Some(before) = &spec.before {
        payload["before"] = before.as_str().into();
        payload["after"] = head.into();
    }
    if spec.action == "edited" {
        payload["changes"] = json!({"base": {"ref": {"from": "another"}, "sha": {"from": base}}});
    }
    Event::of_repository(hub, "pull_request", repository, payload)
}

fn pull_request(hub: &Hub, repository: &HostedRepository, number: i64, head: &Tip<'_>, base: &Tip<'_>) -> Value {
    let page = format!("{}/{}/pull/{number}", hub.url, repository.full_name);
    let url = format!("{}/repos/{}/pulls/{number}", hub.url.api, repository.full_name);
    let issue = format!("{}/repos/{}/issues/{number}", hub.url.api, repository.full_name);
    let links = ["self", "html", "issue", "comments", "review_comments", "review_comment", "commits", "statuses"];
    let links: serde_json::Map<String, Value> =
        links.into_iter().map(|name| (name.to_owned(), json!({"href": format!("{url}/{name}")}))).collect();
    let mut told = json!({
        "url": url, "id": number, "node_id": answer::node_id("PullRequest", number), "html_url": page,
        "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"), "issue_url": issue,
        "commits_url": format!("{url}/commits"), "review_comments_url": format!("{url}/comments"),
        "review_comment_url": format!("{url}/comments{{/number}}"), "comments_url": format!("{issue}/comments"),
        "statuses_url": format!("{}/repos/{}/statuses/{}", hub.url.api, repository.full_name, head.sha),
        "number": number, "user": answer::account(&hub.url, head.repository.owner()), "created_at": repository.created_at,
        "updated_at": repository.created_at, "head": tip(hub, head), "base": tip(hub, base),
        "_links": links,
    });
    if let (Some(told), Value::Object(constants)) = (told.as_object_mut(), constants()) {
        told.extend(constants);
    }
    told
}

/// What the stand-in has no notion of.
fn constants() -> Value {
    json!({
        "state": "open", "locked": false, "title": "A change", "body": null, "closed_at": null, "merged_at": null,
        "merge_commit_sha": null, "assignee": null, "assignees": [], "requested_reviewers": [], "requested_teams": [],
        "labels": [], "milestone": null, "draft": false, "author_association": "CONTRIBUTOR", "auto_merge": null,
        "active_lock_reason": null, "merged": false, "mergeable": null, "rebaseable": null,
        "mergeable_state": "unknown", "merged_by": null, "comments": 0, "review_comments": 0,
        "maintainer_can_modify": false, "commits": 1, "additions": 1, "deletions": 0, "changed_files": 1,
    })
}

fn tip(hub: &Hub, tip: &Tip<'_>) -> Value {
    let owner = tip.repository.owner();
    json!({
        "label": format!("{owner}:{}", tip.git_ref), "ref": tip.git_ref, "sha": tip.sha,
        "user": answer::account(&hub.url, owner), "repo": answer::repository(&hub.url, tip.repository),
    })
}

/// A number that no repository of the stand-in has: the App is not installed there.
const FORK: i64 = 1;

fn fork(of: &HostedRepository, full_name: &str) -> HostedRepository {
    HostedRepository { id: FORK, full_name: full_name.to_owned(), ..of.clone() }
}
