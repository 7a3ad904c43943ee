//! The builder is trusted by many tests: here git itself says what it built.

use super::{Change, History, SOME_COMMIT};

const RULE: &str = ".cursor/rules/a.mdc";

/// Mode and path of every file at the branch's head.
fn listing(history: &History, branch: &str) -> Vec<String> {
    let text = history.git(&["ls-tree", "-r", "-z", branch], b"");
    let files = text.split_terminator('\0').map(|line| line.split_once('\t').unwrap());
    files.map(|(object, path)| format!("{} {path}", &object[..6])).collect()
}

#[test]
fn each_change_does_what_it_says() {
    let mut history = History::empty();
    let first = [
        Change::write(RULE, "first"),
        Change::write("a \"b\"\nc\\d", b"\0\xff"),
        Change::symlink("link", RULE),
        Change::submodule("module"),
        Change::write("folder/x", ""),
    ];
    history.commit("main", &first);
    let files =
        ["100644 .cursor/rules/a.mdc", "100644 a \"b\"\nc\\d", "100644 folder/x", "120000 link", "160000 module"];
    assert_eq!(listing(&history, "main"), files);
    assert!(history.git(&["ls-tree", "main", "module"], b"").contains(SOME_COMMIT));
    history.commit("main", &[Change::delete("folder"), Change::delete("link"), Change::rename(RULE, "moved here")]);
    assert_eq!(listing(&history, "main"), ["100644 a \"b\"\nc\\d", "160000 module", "100644 moved here"]);
    assert_eq!(history.git(&["show", "main:moved here"], b""), "first");
}

#[test]
fn branches_are_made_merged_reset_and_deleted() {
    let mut history = History::empty();
    let base = history.commit("main", &[Change::write(RULE, "first")]);
    history.reset("other", &base);
    let side = [Change::write("other", "")];
    let other = history.commit("other", &side);
    let second = history.commit("main", &[Change::write(RULE, "second")]);
    let merged = history.merge("main", "other", &side);
    assert_eq!(history.git(&["log", "-1", "--format=%P", &merged], b""), format!("{second} {other}"));
    assert_eq!(listing(&history, "main").len(), 2);
    history.reset("main", &base);
    history.delete_branch("other");
    assert_eq!(
        history.git(&["for-each-ref", "--format=%(refname) %(objectname)"], b""),
        format!("refs/heads/main {base}")
    );
    assert_eq!((history.head("main"), history.head("other")), (Some(base.as_str()), None));
    history.git(&["fsck", "--strict"], b"");
}

#[test]
fn the_same_changes_make_the_same_commits() {
    let built = || {
        let mut history = History::empty();
        history.commit("main", &[Change::write(RULE, "first")]);
        history.commit("main", &[])
    };
    assert_eq!(built(), built());
}
