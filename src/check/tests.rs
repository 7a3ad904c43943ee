use super::*;
use crate::model::{BlobSha, SupportFile};
use std::os::unix::ffi::OsStrExt;

/// A folder with these files, and a `.git` so that it is a working copy of its own.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    for (path, text) in files {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    folder
}

fn checked(folder: &tempfile::TempDir, path: &str) -> Report {
    check(&[folder.path().join(path)]).unwrap()
}

/// `path: code` for each finding.
fn told(report: &Report) -> Vec<String> {
    let of_file = |file: &CheckedFile| {
        let path = file.location.path.clone();
        file.parsed.diagnostics.iter().map(move |found| format!("{path}: {}", found.code)).collect::<Vec<_>>()
    };
    report.files.iter().flat_map(of_file).collect()
}

#[test]
fn names_and_references_are_settled_as_in_the_registry() {
    let agent = "---\nname: same\ndescription: One.\nskills: [land, gone]\n---\nText.";
    let skill =
        "---\nname: land\ndescription: Lands.\n---\nSee [it](../../rules/style.mdc) and [none](../../rules/none.mdc).";
    let folder = folder(&[
        (".cursor/agents/a.md", agent),
        (".cursor/agents/deep/b.md", "---\nname: same\ndescription: Two.\n---\nText."),
        (".cursor/skills/land/SKILL.md", skill),
        (".cursor/rules/style.mdc", "Style."),
    ]);
    assert_eq!(
        told(&checked(&folder, "")),
        [
            ".cursor/agents/a.md: reference-missing",
            ".cursor/agents/deep/b.md: name-conflict",
            ".cursor/skills/land/SKILL.md: reference-missing",
        ]
    );
    // Asked about one file, the others are still there to be referred to.
    let one = checked(&folder, ".cursor/skills/land/SKILL.md");
    assert_eq!(told(&one), [".cursor/skills/land/SKILL.md: reference-missing"]);
    assert_eq!(one.summary(), Summary { files: 1, warnings: 1, ..Summary::default() });
}

#[test]
fn the_shallowest_path_has_the_name() {
    let agent = "---\nname: same\ndescription: One.\n---\nText.";
    let folder = folder(&[(".cursor/agents/deep/a.md", agent), (".cursor/agents/z.md", agent)]);
    assert_eq!(told(&checked(&folder, "")), [".cursor/agents/deep/a.md: name-conflict"]);
}

#[test]
fn the_owner_may_want_warnings_to_count() {
    let strict = folder(&[(".cursor/dotcursor.yaml", "check: strict\n"), (".cursor/rules/a.mdc", "Text.")]);
    assert!(checked(&strict, "").is_strict());
    let usual = folder(&[(".cursor/dotcursor.yaml", "check: normal\n"), (".cursor/rules/a.mdc", "Text.")]);
    assert!(!checked(&usual, "").is_strict() && !Report::default().is_strict());
}

#[test]
fn a_missing_target_is_shown_where_the_line_names_it() {
    let text = "---\ndepends_on: [ß, gone]\n---\nSee [ä](./none.mdc).\n\nAnd `.cursor/rules/no.mdc`.";
    let folder = folder(&[(".cursor/rules/a.mdc", text)]);
    let report = checked(&folder, "");
    let missing = report.files[0].parsed.diagnostics.iter().filter(|found| found.code == "reference-missing");
    let places: Vec<(u32, u32)> = missing.map(|found| (found.line, found.column)).collect();
    assert_eq!(places, [(2, 14), (2, 17), (4, 9), (6, 6)]);
}

#[test]
fn a_missing_target_is_found_in_brackets_and_quotes() {
    for (written, column) in [("[x](<./gone.mdc>)", 6), ("[x]( ./gone.mdc)", 6)] {
        let folder = folder(&[(".cursor/rules/a.mdc", written)]);
        assert_eq!(checked(&folder, "").files[0].parsed.diagnostics[0].column, column, "{written}");
    }
    for (written, column) in [("[a,gone]", 16), ("\"gone\"", 14), ("'gone'", 14)] {
        let folder = folder(&[(".cursor/rules/b.mdc", &format!("---\ndepends_on: {written}\n---\nText."))]);
        let report = checked(&folder, "");
        let found = report.files[0].parsed.diagnostics.iter().find(|found| found.message.contains("gone"));
        assert_eq!(found.map(|found| found.column), Some(column), "{written}");
    }
}

#[test]
fn who_lost_a_name_is_not_what_others_mean() {
    let folder = folder(&[
        (".cursor/agents/deep/a.md", "---\nname: same\ndescription: One.\nagents: [other]\n---\nText."),
        (".cursor/agents/b.md", "---\nname: same\ndescription: Two.\n---\nText."),
        (".cursor/commands/.git", "Not a repository's."),
    ]);
    let report = checked(&folder, "");
    assert_eq!(
        told(&report),
        [".cursor/agents/deep/a.md: name-conflict", ".cursor/agents/deep/a.md: reference-missing"]
    );
    assert!(report.oddities.is_empty(), "{:?}", report.oddities);
}

#[test]
fn what_git_ignores_and_what_a_link_leads_to_is_left_out() {
    let folder = folder(&[
        (".gitignore", "vendor/\n"),
        ("vendor/.cursor/rules/theirs.mdc", "Theirs."),
        (".cursor/rules/ours.mdc", "Ours."),
        (".cursor/rules/notes.txt", "Notes."),
    ]);
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.mdc"), "Secret.").unwrap();
    std::os::unix::fs::symlink(outside.path(), folder.path().join(".cursor/rules/linked")).unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret.mdc"), folder.path().join(".cursor/rules/s.mdc")).unwrap();
    let report = checked(&folder, "");
    assert_eq!(paths(&report), [".cursor/rules/ours.mdc"]);
    let root = folder.path().canonicalize().unwrap();
    let inner = |path: &str| path.strip_prefix(root.to_str().unwrap()).unwrap()[1..].to_owned();
    let oddities: Vec<String> =
        report.oddities.iter().map(|one| format!("{} {}", inner(&one.path), one.because.as_str())).collect();
    assert_eq!(
        oddities,
        [".cursor/rules/linked symlink", ".cursor/rules/notes.txt wrong-ending", ".cursor/rules/s.mdc symlink"]
    );
}

#[test]
fn of_a_huge_gitignore_the_beginning_counts() {
    let padding = "#\n".repeat(128 * 1024);
    let ignored = |text: &str| checked(&folder(&[(".gitignore", text), ("vendor/.cursor/rules/a.mdc", "A.")]), "");
    assert!(ignored(&format!("vendor/\n{padding}")).files.is_empty());
    assert_eq!(ignored(&format!("{padding}vendor/\n")).files.len(), 1);
}

#[test]
fn a_file_that_is_named_is_checked_although_git_ignores_it() {
    let folder = folder(&[
        (".gitignore", "vendor/\n.cursor/skills/*/notes.md\n"),
        ("vendor/.cursor/rules/theirs.mdc", "Theirs."),
        ("vendor/.cursor/rules/others.mdc", "Others."),
        ("vendor/readme.md", "No definition."),
        (".cursor/rules/ours.mdc", "Ours."),
        (".cursor/skills/land/SKILL.md", "---\nname: land\ndescription: Lands.\n---\nLand."),
        (".cursor/skills/land/notes.md", "Notes."),
    ]);
    assert_eq!(paths(&checked(&folder, "vendor/.cursor/rules/theirs.mdc")), ["vendor/.cursor/rules/theirs.mdc"]);
    assert!(checked(&folder, "vendor").files.is_empty());
    for nothing in ["vendor/readme.md", ".cursor/skills/land/notes.md"] {
        let report = checked(&folder, nothing);
        assert!(report.files.is_empty() && report.oddities.is_empty(), "{:?}", report.oddities);
    }
    let twice: Vec<PathBuf> = ["", ".cursor/rules/ours.mdc"].map(|path| folder.path().join(path)).into();
    assert_eq!(paths(&check(&twice).unwrap()).len(), 2, "each is checked once");
}

#[test]
fn rules_are_attached_by_globs_and_always_within_their_part_of_the_tree() {
    let folder = folder(&[
        (".cursor/rules/all.mdc", "---\nalwaysApply: true\n---\nAll."),
        (".cursor/rules/ts.mdc", "---\nglobs: **/*.ts\n---\nTypes."),
        (".cursor/rules/asked.mdc", "---\ndescription: When asked.\n---\nAsked."),
        ("apps/web/.cursor/rules/web.mdc", "---\nalwaysApply: true\n---\nWeb."),
    ]);
    let report = checked(&folder, "");
    let names = |path: &str| report.rules_for(path).iter().map(|file| file.parsed.name.clone()).collect::<Vec<_>>();
    assert_eq!(names("src/a.ts"), ["all", "ts"]);
    assert_eq!(names("apps/web/a.css"), ["all", "apps-web-web"]);
}

#[test]
fn a_path_that_is_not_there_is_named() {
    let error = check(&[PathBuf::from("/no/such/folder")]).unwrap_err();
    assert!(error.to_string().contains("/no/such/folder"), "{error}");
}

#[test]
fn support_files_belong_to_the_nearest_skill() {
    let skill = "---\nname: land\ndescription: Lands.\n---\nText.";
    let folder = folder(&[
        (".cursor/skills/land/SKILL.md", skill),
        (".cursor/skills/land/scripts/run.py", "print()"),
        (".cursor/skills/stray.py", "print()"),
    ]);
    let tree = &trees(&[folder.path().join(".cursor/skills")]).unwrap()[0];
    let support = tree.support_of(&tree.files[0]).unwrap();
    let blob = BlobSha::of_bytes(b"print()");
    assert_eq!(support, [SupportFile { path: "scripts/run.py".to_owned(), blob, size: 7 }]);
    let oddities: Vec<&str> = tree.oddities().map(|one| one.path.as_str()).collect();
    assert_eq!(oddities, [".cursor/skills/stray.py"]);
}

#[test]
fn files_beside_a_skill_within_a_skill_are_not_the_outer_ones() {
    let folder = folder(&[
        (".cursor/skills/a/SKILL.md", "A."),
        (".cursor/skills/a/b/SKILL.md", "B."),
        (".cursor/skills/a/b/c/of-b.py", "b"),
        (".cursor/skills/a/of-a.py", "a"),
        (".cursor/rules/r.mdc", "R."),
    ]);
    let tree = &trees(&[folder.path().to_owned()]).unwrap()[0];
    let beside = |location| tree.support_of(location).unwrap().into_iter().map(|file| file.path).collect();
    let beside: Vec<(&str, Vec<String>)> = tree.files.iter().map(|one| (one.path.as_str(), beside(one))).collect();
    assert_eq!(
        beside,
        [
            (".cursor/rules/r.mdc", vec![]),
            (".cursor/skills/a/SKILL.md", vec!["of-a.py".to_owned()]),
            (".cursor/skills/a/b/SKILL.md", vec!["c/of-b.py".to_owned()]),
        ]
    );
}

fn paths(report: &Report) -> Vec<&str> {
    report.files.iter().map(|file| file.location.path.as_str()).collect()
}

#[test]
fn the_nearest_patterns_decide_what_is_left_out() {
    let folder = folder(&[
        (".gitignore", "\u{feff}*.mdc\n[bad\n!kept.mdc\n"),
        (".git/info/exclude", "kept.mdc\nhidden/\n"),
        (".cursor/rules/kept.mdc", "Kept."),
        (".cursor/rules/out.mdc", "Out."),
        ("hidden/.cursor/agents/a.md", "Hidden."),
        ("apps/.gitignore", "!/.cursor/rules/back.mdc"),
        ("apps/.cursor/rules/back.mdc", "Back."),
        ("apps/.cursor/rules/deep/back.mdc", "Not this one."),
        ("nested/.git/HEAD", ""),
        ("nested/.cursor/rules/theirs.mdc", "Of a repository of its own."),
    ]);
    let report = checked(&folder, "");
    assert_eq!(
        paths(&report),
        [".cursor/rules/kept.mdc", "apps/.cursor/rules/back.mdc", "nested/.cursor/rules/theirs.mdc"]
    );
}

#[test]
fn patterns_count_in_a_repository_only_and_a_link_to_some_does_not() {
    let none = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(none.path().join(".cursor/rules")).unwrap();
    std::fs::write(none.path().join(".cursor/rules/a.mdc"), "A.").unwrap();
    std::fs::write(none.path().join(".gitignore"), "*").unwrap();
    assert_eq!(paths(&check(&[none.path().to_owned()]).unwrap()), [".cursor/rules/a.mdc"]);
    let linked = folder(&[(".cursor/rules/a.mdc", "A.")]);
    std::os::unix::fs::symlink(none.path().join(".gitignore"), linked.path().join(".gitignore")).unwrap();
    assert_eq!(paths(&checked(&linked, "")), [".cursor/rules/a.mdc"]);
}

#[test]
fn a_name_that_is_no_text_does_not_stop_the_others() {
    let folder = folder(&[(".cursor/rules/a.mdc", "A.")]);
    let odd = std::ffi::OsStr::from_bytes(b"\xff.mdc");
    std::fs::write(folder.path().join(".cursor/rules").join(odd), "Odd.").unwrap();
    std::fs::write(folder.path().join(odd), "Not ours.").unwrap();
    std::fs::create_dir(folder.path().join(std::ffi::OsStr::from_bytes(b"\xfe"))).unwrap();
    let report = checked(&folder, "");
    assert_eq!(paths(&report), [".cursor/rules/a.mdc"]);
    let reasons: Vec<&str> = report.oddities.iter().map(|one| one.because.as_str()).collect();
    assert_eq!(reasons, ["path-not-utf-8", "unreadable"]);
}

#[test]
fn of_a_file_that_is_too_large_the_true_size_is_told() {
    let folder = folder(&[(".cursor/rules/a.mdc", &"x".repeat(3_000_000))]);
    let report = checked(&folder, "");
    let message = &report.files[0].parsed.diagnostics[0].message;
    assert!(message.starts_with("The file has 3000000 bytes"), "{message}");
}

#[test]
fn the_settings_of_the_working_copy_are_honoured_and_checked() {
    let agent = "---\nname: reviewer\ndescription: Reviews.\nskills: [land, gone]\n---\nText.";
    let skill = "---\nname: land\ndescription: Lands.\n---\nText.";
    let text = "prefix: web\nfolders: [.claude/agents]\nexclude: .cursor/rules/old/\ninclude: {skills: \"tools/**\"}\ncheque: strict\n";
    let folder = folder(&[
        (".cursor/dotcursor.yaml", text),
        (".cursor/rules/style.mdc", "Style."),
        (".cursor/rules/old/a.mdc", "Old."),
        (".claude/agents/reviewer.md", agent),
        ("tools/land/SKILL.md", skill),
        ("tools/land/run.py", "print()"),
        ("tools/README.md", "No skill."),
    ]);
    let report = checked(&folder, "");
    let names: Vec<&str> = report.files.iter().map(|file| file.parsed.name.as_str()).collect();
    assert_eq!(names, ["web-reviewer", "web-style", "web-land"]);
    assert_eq!(told(&report), [".claude/agents/reviewer.md: reference-missing"]);
    let tree = &trees(&[folder.path().to_owned()]).unwrap()[0];
    assert_eq!(tree.support_of(&report.files[2].location).unwrap()[0].path, "run.py");
    let left_out: Vec<String> = tree.oddities().map(|one| format!("{} {}", one.path, one.because.as_str())).collect();
    assert_eq!(left_out, [".cursor/rules/old/a.mdc excluded", "tools/README.md no-skill-above"]);
    assert_eq!(report.settings[0].diagnostics[0].code, "settings-unknown-key");
    assert_eq!((report.summary().warnings, report.is_strict()), (2, false));
    assert!(checked(&folder, ".claude").settings.is_empty());
}

#[test]
fn a_settings_file_that_is_a_link_is_not_followed() {
    let folder = folder(&[("real.yaml", "prefix: web\n"), (".cursor/rules/style.mdc", "Style.")]);
    std::os::unix::fs::symlink("../real.yaml", folder.path().join(".cursor/dotcursor.yaml")).unwrap();
    let report = checked(&folder, "");
    assert_eq!(report.files[0].parsed.name, "style");
    assert_eq!((report.settings[0].diagnostics[0].code.as_str(), report.oddities), ("settings-unreadable", vec![]));
}
