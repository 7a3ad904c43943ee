//! Payloads in the shape that GitHub sends, cut down to the fields around the ones that are read.

mod arbitrary;
mod checks;
mod installations;
mod push;

use super::*;
use serde_json::{Value, json};

fn sha(digit: char) -> String {
    digit.to_string().repeat(40)
}

fn repository() -> Value {
    json!({
        "id": 186853002, "node_id": "MDEwOlJlcG9zaXRvcnkxODY4NTMwMDI=", "name": "Hello-World",
        "full_name": "Codertocat/Hello-World", "private": false,
        "owner": { "name": "Codertocat", "email": "codertocat@example.com", "login": "Codertocat", "id": 21031067 },
        "html_url": "https://github.com/Codertocat/Hello-World", "pushed_at": 1557933657, "stargazers": 0,
        "default_branch": "main", "master_branch": "main",
    })
}

fn commit(added: &[&str], removed: &[&str], modified: &[&str]) -> Value {
    json!({
        "id": sha('b'), "tree_id": sha('c'), "distinct": true, "message": "Change \"things\"\n\u{1F4A5}",
        "timestamp": "2026-05-15T15:20:41Z", "url": "https://github.com/Codertocat/Hello-World/commit/b",
        "author": { "name": "Codertocat", "email": "codertocat@example.com", "username": "Codertocat" },
        "added": added, "removed": removed, "modified": modified,
    })
}

/// A push of these commits to the default branch.
fn push_payload(commits: &[Value]) -> Value {
    json!({
        "ref": "refs/heads/main", "before": sha('a'), "after": sha('b'),
        "created": false, "deleted": false, "forced": false, "base_ref": null,
        "compare": "https://github.com/Codertocat/Hello-World/compare/a...b",
        "commits": commits, "head_commit": commits.last(),
        "repository": repository(),
        "pusher": { "name": "Codertocat", "email": "codertocat@example.com" },
        "sender": { "login": "Codertocat", "id": 21031067, "type": "User" },
        "installation": { "id": 2311213, "node_id": "MDIz" },
    })
}

/// `payload` with `field` set.
fn with(mut payload: Value, field: &str, value: Value) -> Value {
    payload[field] = value;
    payload
}

fn without(mut payload: Value, field: &str) -> Value {
    payload.as_object_mut().unwrap().shift_remove(field);
    payload
}

fn event(name: &str, payload: &Value) -> (Option<String>, Event) {
    read(name, payload.to_string().as_bytes()).unwrap()
}

fn refused(name: &str, payload: &Value) -> String {
    read(name, payload.to_string().as_bytes()).unwrap_err().to_string()
}

#[test]
fn ping_and_unknown_events_are_only_named() {
    let ping = json!({ "zen": "Design for failure.", "hook_id": 1, "hook": {} });
    assert_eq!(event("ping", &ping), (None, Event::Nothing));
    assert_eq!(event("star", &json!({ "action": "created" })), (Some("created".into()), Event::Nothing));
}

#[test]
fn deep_nesting_is_refused_or_passed_over() {
    let deep = "[".repeat(100_000);
    assert!(read("push", deep.as_bytes()).is_err());
    let nested = format!("{{\"x\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read("ping", nested.as_bytes()).unwrap(), (None, Event::Nothing));
}

#[test]
fn what_is_not_json_says_where() {
    let not_json = |body: &[u8]| read("ping", body).unwrap_err().to_string();
    insta::assert_snapshot!(not_json(b""), @"the body is not JSON: EOF while parsing a value at line 1 column 0");
    insta::assert_snapshot!(not_json(b"{\"zen\": \"x\"} {"), @"the body is not JSON: trailing characters at line 1 column 14");
    insta::assert_snapshot!(not_json(b"payload=1"), @"the body is not JSON: expected value at line 1 column 1");
}
