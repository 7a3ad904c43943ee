//! A commit, as `GET /repos/{owner}/{repo}/commits/{ref}` answers it.

use super::node_id;
use crate::sandbox::git::{Commit, Signature};
use serde_json::{Value, json};

/// `repository_url` is the API's.
pub fn commit(repository_url: &str, html_url: &str, commit: &Commit) -> Value {
    let link = |oid: &str| format!("{repository_url}/commits/{oid}");
    let parents: Vec<Value> = commit
        .parents
        .iter()
        .map(|oid| json!({"sha": oid, "url": link(oid), "html_url": format!("{html_url}/commit/{oid}")}))
        .collect();
    json!({
        "sha": commit.oid, "node_id": node_id("Commit", &commit.oid), "url": link(&commit.oid),
        "html_url": format!("{html_url}/commit/{}", commit.oid),
        "comments_url": format!("{}/comments", link(&commit.oid)),
        "commit": {
            "author": person(&commit.author), "committer": person(&commit.committer), "message": commit.message,
            "tree": {"sha": commit.tree, "url": format!("{repository_url}/git/trees/{}", commit.tree)},
            "url": format!("{repository_url}/git/commits/{}", commit.oid), "comment_count": 0,
        },
        "author": null, "committer": null, "parents": parents,
        "stats": {"total": 0, "additions": 0, "deletions": 0}, "files": [],
    })
}

fn person(signature: &Signature) -> Value {
    json!({"name": signature.name, "email": signature.email, "date": signature.utc_time()})
}
