use super::*;

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
fn a_missing_target_is_shown_where_the_line_names_it() {
    let text = "---\ndepends_on: [ß, gone]\n---\nSee [ä](./none.mdc).\n\nAnd `.cursor/rules/no.mdc`.";
    let folder = folder(&[(".cursor/rules/a.mdc", text)]);
    let report = checked(&folder, "");
    let missing = report.files[0].parsed.diagnostics.iter().filter(|found| found.code == "reference-missing");
    let places: Vec<(u32, u32)> = missing.map(|found| (found.line, found.column)).collect();
    assert_eq!(places, [(2, 14), (2, 17), (4, 9), (6, 6)]);
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
    let paths: Vec<&str> = report.files.iter().map(|file| file.location.path.as_str()).collect();
    assert_eq!(paths, [".cursor/rules/ours.mdc"]);
    let oddities: Vec<String> =
        report.oddities.iter().map(|one| format!("{} {}", one.path, one.because.as_str())).collect();
    assert_eq!(
        oddities,
        [".cursor/rules/linked symlink", ".cursor/rules/notes.txt wrong-ending", ".cursor/rules/s.mdc symlink"]
    );
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
    let report = checked(&folder, ".cursor/skills");
    let support = &report.files[0].parsed.attributes["supportFiles"];
    assert_eq!(support[0]["path"], "scripts/run.py", "{support}");
    assert_eq!(report.oddities.len(), 1);
}
