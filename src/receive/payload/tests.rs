//! Payloads in the shape that GitHub sends, cut down to the fields around the ones that are read.

use super::*;
use crate::model::{
    Account, CommitSha, InstallationEvent, InstallationId, Push, RepositoryChange, RepositoryFacts, RepositoryId,
    Touched,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const ZEROS: &str = "0000000000000000000000000000000000000000";

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

fn push(payload: &Value) -> Push {
    match event("push", payload) {
        (None, Event::Push(push)) => push,
        other => panic!("{other:?}"),
    }
}

fn touched_by(commits: &[Value]) -> Touched {
    push(&push_payload(commits)).touched
}

fn folders(folders: &[&str]) -> Touched {
    Touched::Folders(folders.iter().map(|folder| (*folder).to_owned()).collect())
}

fn refused(name: &str, payload: &Value) -> String {
    read(name, payload.to_string().as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_push_tells_repository_installation_and_commits() {
    let facts = RepositoryFacts {
        id: RepositoryId::new(186853002),
        full_name: "Codertocat/Hello-World".into(),
        private: false,
        default_branch: Some("main".into()),
    };
    assert_eq!(
        push(&push_payload(&[commit(&[], &[], &["README.md"])])),
        Push {
            installation: Some(Account { installation: InstallationId::new(2311213), login: "Codertocat".into() }),
            repository: facts,
            git_ref: "refs/heads/main".into(),
            before: CommitSha::new(&sha('a')).ok(),
            after: CommitSha::new(&sha('b')).ok(),
            forced: false,
            touched: folders(&[]),
        }
    );
}

#[test]
fn added_removed_and_modified_files_all_count() {
    let rule = ".cursor/rules/style.mdc";
    for lists in [[&[rule][..], &[], &[]], [&[], &[rule], &[]], [&["README.md"], &[], &[rule]]] {
        assert_eq!(touched_by(&[commit(lists[0], lists[1], lists[2])]), folders(&[".cursor"]));
    }
}

#[test]
fn folders_of_all_commits_are_gathered_once_and_in_order() {
    let commits = [
        commit(&["web/.cursor/rules/a.mdc", "web/src/a.ts"], &[], &[".cursor/mcp.json"]),
        commit(&[], &[], &["README.md"]),
        commit(&[], &["web/.cursor/rules/a.mdc", "api/.cursor"], &[]),
    ];
    assert_eq!(touched_by(&commits), folders(&[".cursor", "api/.cursor", "web/.cursor"]));
}

#[test]
fn names_with_escapes_are_read_as_what_they_mean() {
    let body = push_payload(&[commit(&["x"], &[], &[])]).to_string();
    let body = body.replace(r#"["x"]"#, r#"["w\u0065b\/\u002ecursor\/rules\/\u00fc.mdc"]"#);
    let Ok((_, Event::Push(push))) = read("push", body.as_bytes()) else { panic!("{body}") };
    assert_eq!(push.touched, folders(&["web/.cursor"]));
}

#[test]
fn cut_off_lists_are_not_believed() {
    let small = commit(&[], &[], &["README.md"]);
    assert_eq!(touched_by(&vec![small.clone(); 2047]), folders(&[]));
    assert_eq!(touched_by(&vec![small.clone(); 2048]), Touched::Unknown);
    let (many, most) = (vec!["a"; 1500], vec!["a"; 1499]);
    assert_eq!(touched_by(&[small.clone(), commit(&many, &[], &most)]), folders(&[]));
    assert_eq!(touched_by(&[small, commit(&many, &many, &[])]), Touched::Unknown);
}

#[test]
fn missing_lists_are_not_believed() {
    let full = push_payload(&[commit(&["a"], &[], &[])]);
    for list in ["added", "removed", "modified"] {
        for broken in [without(full["commits"][0].clone(), list), with(full["commits"][0].clone(), list, Value::Null)] {
            assert_eq!(touched_by(&[broken]), Touched::Unknown);
        }
    }
    assert_eq!(push(&without(full.clone(), "commits")).touched, Touched::Unknown);
    assert_eq!(push(&with(full, "commits", Value::Null)).touched, Touched::Unknown);
}

#[test]
fn no_commits_are_believed_only_if_nothing_moved() {
    let none = push_payload(&[]);
    assert_eq!(push(&none).touched, Touched::Unknown);
    assert_eq!(push(&with(none, "after", sha('a').into())).touched, folders(&[]));
}

#[test]
fn a_commit_without_files_may_be_a_merge_that_took_one_side() {
    assert_eq!(touched_by(&[commit(&["a"], &[], &[]), commit(&[], &[], &[])]), Touched::Unknown);
}

#[test]
fn too_many_folders_are_as_good_as_all() {
    let paths: Vec<String> = (0..21).map(|n| format!("{n}/.cursor/rules/a.mdc")).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    assert!(matches!(touched_by(&[commit(&paths[..20], &[], &[])]), Touched::Folders(all) if all.len() == 20));
    assert_eq!(touched_by(&[commit(&paths, &[], &[])]), Touched::Unknown);
}

#[test]
fn a_folder_that_cannot_be_kept_is_not_asked_for_by_name() {
    let long = format!("{}/.cursor/rules/a.mdc", "x".repeat(1000));
    assert_eq!(touched_by(&[commit(&[&long], &[], &[])]), Touched::Unknown);
    assert_eq!(touched_by(&[commit(&["a\0b/.cursor/rules/a.mdc"], &[], &[])]), Touched::Unknown);
}

#[test]
fn little_is_kept_of_long_lists() {
    let body = push_payload(&[])
        .to_string()
        .replace("\"commits\":[]", &format!("\"commits\":[{{}}{}]", ",{}".repeat(1_000_000)));
    let Ok((_, Event::Push(push))) = read("push", body.as_bytes()) else { panic!("it can be read") };
    assert_eq!(push.touched, Touched::Unknown);
}

#[test]
fn a_forced_push_says_so() {
    let full = push_payload(&[commit(&["a"], &[], &[])]);
    assert!(push(&with(full.clone(), "forced", true.into())).forced);
    assert!(push(&without(full, "forced")).forced, "nobody said that nothing was thrown away");
}

#[test]
fn zeros_stand_for_no_commit() {
    let created = with(push_payload(&[commit(&["README.md"], &[], &[])]), "before", ZEROS.into());
    assert_eq!(push(&created).before, None);
    let deleted = with(with(push_payload(&[]), "after", ZEROS.into()), "deleted", true.into());
    assert_eq!(push(&deleted).after, None);
    assert_eq!(push(&deleted).touched, Touched::Unknown);
}

#[test]
fn a_tag_is_a_push_too() {
    let tag = with(push_payload(&[]), "ref", "refs/tags/simple-tag".into());
    let tag = with(tag, "before", ZEROS.into());
    assert_eq!(push(&tag).git_ref, "refs/tags/simple-tag");
}

#[test]
fn a_webhook_of_a_repository_has_no_installation() {
    let own = without(push_payload(&[commit(&["a"], &[], &[])]), "installation");
    assert_eq!(push(&own).installation, None);
}

#[test]
fn what_is_no_push_says_what_is_wrong() {
    let full = push_payload(&[]);
    insta::assert_snapshot!(refused("push", &without(full.clone(), "ref")), @"the payload is not that of a push event: missing field `ref` at line 1 column 825");
    insta::assert_snapshot!(refused("push", &with(full.clone(), "after", "HEAD".into())), @r#"the payload is not that of a push event: after: "HEAD" is not a git object name: 40 or 64 hexadecimal digits are expected"#);
    insta::assert_snapshot!(refused("push", &with(full.clone(), "repository", json!({ "id": "1" }))), @r#"the payload is not that of a push event: invalid type: string "1", expected i64 at line 1 column 313"#);
    insta::assert_snapshot!(refused("push", &json!([])), @"the payload is not that of a push event: invalid length 0, expected struct Payload with 7 elements at line 1 column 2");
    let long = with(full, "ref", json!({ "x".repeat(10_000): 1 }));
    assert!(refused("push", &long).len() < 300);
}

#[test]
fn what_is_not_json_says_where() {
    let not_json = |body: &[u8]| read("ping", body).unwrap_err().to_string();
    insta::assert_snapshot!(not_json(b""), @"the body is not JSON: EOF while parsing a value at line 1 column 0");
    insta::assert_snapshot!(not_json(b"{\"zen\": \"x\"} {"), @"the body is not JSON: trailing characters at line 1 column 14");
    insta::assert_snapshot!(not_json(b"payload=1"), @"the body is not JSON: expected value at line 1 column 1");
}

fn installation() -> Value {
    json!({
        "id": 2, "account": { "login": "octocat", "id": 21031067, "type": "User" }, "repository_selection": "selected",
        "app_id": 5725, "permissions": { "contents": "read" }, "events": ["push"], "suspended_at": null,
    })
}

fn installation_payload(action: &str) -> Value {
    let listed = json!({ "id": 1296269, "node_id": "x", "name": "Hello-World", "full_name": "octocat/Hello-World", "private": true });
    json!({ "action": action, "installation": installation(), "repositories": [listed], "sender": { "login": "octocat" } })
}

fn octocat() -> Account {
    Account { installation: InstallationId::new(2), login: "octocat".into() }
}

fn hello_world() -> RepositoryFacts {
    RepositoryFacts {
        id: RepositoryId::new(1296269),
        full_name: "octocat/Hello-World".into(),
        private: true,
        default_branch: None,
    }
}

#[test]
fn an_installation_is_made_suspended_resumed_and_deleted() {
    let active = |repositories| InstallationEvent::Active { installation: octocat(), repositories };
    let id = InstallationId::new(2);
    let expected = [
        ("created", active(vec![hello_world()])),
        ("new_permissions_accepted", active(vec![hello_world()])),
        ("suspend", InstallationEvent::Suspended(id)),
        ("unsuspend", InstallationEvent::Unsuspended(id)),
        ("deleted", InstallationEvent::Deleted(id)),
    ];
    for (action, change) in expected {
        let read = event("installation", &installation_payload(action));
        assert_eq!(read, (Some(action.to_owned()), Event::Installation(change)));
    }
    let unlisted = event("installation", &without(installation_payload("created"), "repositories"));
    assert_eq!(unlisted.1, Event::Installation(active(vec![])));
}

#[test]
fn an_installation_of_an_enterprise_has_no_login() {
    let payload =
        with(installation_payload("created"), "installation", json!({ "id": 2, "account": { "slug": "corp" } }));
    let nameless = Account { login: String::new(), ..octocat() };
    let change = InstallationEvent::Active { installation: nameless, repositories: vec![hello_world()] };
    assert_eq!(event("installation", &payload).1, Event::Installation(change));
}

#[test]
fn an_action_that_we_do_not_know_is_kept_by_name() {
    let read = event("installation", &installation_payload("re\0named"));
    assert_eq!(read, (Some("re\u{FFFD}named".to_owned()), Event::Nothing));
}

#[test]
fn repositories_are_added_and_removed() {
    let payload = json!({
        "action": "removed", "installation": installation(), "repository_selection": "selected", "requester": null,
        "repositories_added": installation_payload("created")["repositories"],
        "repositories_removed": [{ "id": 9, "name": "Space", "full_name": "octocat/Space", "private": false }],
    });
    let expected = Event::InstallationRepositories {
        installation: octocat(),
        added: vec![hello_world()],
        removed: vec![RepositoryId::new(9)],
    };
    assert_eq!(event("installation_repositories", &payload), (Some("removed".into()), expected));
}

#[test]
fn a_repository_tells_how_it_stands_now() {
    let payload = |action: &str| {
        json!({
            "action": action, "changes": { "default_branch": { "from": "master" } }, "repository": repository(),
            "sender": {}, "installation": { "id": 2, "node_id": "x" },
        })
    };
    let (action, Event::Repository { installation, repository, change }) = event("repository", &payload("edited"))
    else {
        panic!("not a repository event")
    };
    assert_eq!(action.as_deref(), Some("edited"));
    assert_eq!(installation, Some(Account { login: "Codertocat".into(), ..octocat() }));
    assert_eq!(repository.default_branch.as_deref(), Some("main"));
    assert_eq!(change, RepositoryChange::Facts);
    let (_, deleted) = event("repository", &payload("deleted"));
    assert!(matches!(deleted, Event::Repository { change: RepositoryChange::Deleted, .. }));
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

const EVENTS: [&str; 5] = ["push", "installation", "installation_repositories", "repository", "ping"];

/// JSON that has the right keys often enough to get past the first one.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-f0-9]{40}".prop_map(Value::from),
        ".{0,3}/?\\.cursor/.{0,8}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        prop::sample::select(vec![
            "ref",
            "before",
            "after",
            "forced",
            "commits",
            "added",
            "removed",
            "modified",
            "repository",
            "installation",
            "id",
            "full_name",
            "account",
            "login",
            "owner",
            "action",
            "repositories",
            "repositories_added",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    leaf.prop_recursive(5, 100, 12, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..12).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..12)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(body: Vec<u8>) {
        for event in EVENTS {
            let _ = read(event, &body);
        }
    }

    #[test]
    fn any_json_is_read_or_refused(json in any_json()) {
        for event in EVENTS {
            let _ = read(event, json.to_string().as_bytes());
        }
    }

    #[test]
    fn a_push_with_anything_in_one_field_is_read_or_refused(
        field in prop::sample::select(vec!["ref", "before", "after", "forced", "commits", "repository", "installation"]),
        value in any_json(),
    ) {
        let _ = read("push", with(push_payload(&[commit(&["a"], &[], &[])]), field, value).to_string().as_bytes());
    }
}
