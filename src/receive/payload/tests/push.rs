//! Pushes, and what their lists are believed.

use super::*;
use crate::model::{Account, CommitSha, InstallationId, Push, RepositoryFacts, RepositoryId, Touched};

const ZEROS: &str = "0000000000000000000000000000000000000000";

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
            tools: std::collections::BTreeSet::new(),
        }
    );
}

#[test]
fn folders_of_other_tools_are_told_beside_ours() {
    let files = [".claude/agents/a.md", "apps/web/.agents/skills/x/run.py", ".github/workflows/ci.yml"];
    let push = push(&push_payload(&[commit(&files[..1], &files[1..2], &files[2..])]));
    let names: Vec<String> = push.tools.iter().map(|folder| folder.name()).collect();
    assert_eq!((push.touched, names), (folders(&[]), vec![".agents/skills".to_owned(), ".claude/agents".to_owned()]));
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
