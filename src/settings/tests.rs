use super::*;
use crate::model::location::IgnoredBecause;
use crate::model::{Conclusion, Location, Place, Reach, Severity, Side, ToolFolder};
use proptest::prelude::*;

/// `line:column code`, then what is said and how to mend it.
fn told(text: &str) -> String {
    let found = read(text.as_bytes()).diagnostics.into_iter().map(|found| {
        let help = found.help.unwrap_or_default();
        format!("{}:{} {} {} | {help}", found.line, found.column, found.code, found.message)
    });
    found.collect::<Vec<_>>().join("\n")
}

fn settings(text: &str) -> Settings {
    let reading = read(text.as_bytes());
    assert_eq!(reading.diagnostics, [], "{text}");
    reading.settings.expect("good settings")
}

const ALL: &str = r#"# How we want it.
branch: release
exclude:
  - "examples/**"
  - .cursor/rules/old/
include:
  commands: prompts/**/*.md
  rules: ["docs/rules/*"]
folders: [.claude/agents, .agents/skills]
prefix: web
check: strict
conflicts: github
"#;

#[test]
fn every_key_is_read() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&settings(ALL)).unwrap(), @r#"
    {
      "branch": "release",
      "exclude": [
        "examples/**",
        ".cursor/rules/old/"
      ],
      "include": {
        "commands": [
          "prompts/**/*.md"
        ],
        "rules": [
          "docs/rules/*"
        ]
      },
      "folders": [
        ".agents/skills",
        ".claude/agents"
      ],
      "prefix": "web",
      "check": "strict",
      "conflicts": "github"
    }
    "#);
    assert_eq!(settings(""), Settings::default());
    assert_eq!(settings("# nothing\n---\nbranch:\n"), Settings::default());
    assert_eq!(Settings::stored(settings(ALL).to_stored().as_ref()), settings(ALL));
    assert_eq!(Settings::default().to_stored(), None);
}

#[test]
fn what_is_wrong_is_told_where_it_stands_and_how_to_mend_it() {
    let text = "brunch: main\nexclude: [\"src/{a\", ok]\ninclude:\n  comands: x.md\n  rules: \"!y\"\ncheck: hard\n\
                prefix: Web_\nfolders:\n  - .claude/agents\n  - .claude/skils\nconflicts: 7\nbranch: a..b\ncolour: red\n";
    insta::assert_snapshot!(told(text), @r#"
    1:1 settings-unknown-key `brunch` is no setting; it has no effect. | Write `branch`, if that is meant.
    2:12 settings-wrong-value The pattern `src/{a` of `exclude` cannot be used: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?). | Correct the pattern, or remove it.
    4:3 settings-unknown-key `comands` is no setting; it has no effect. | Write `commands`, if that is meant.
    5:11 settings-wrong-value The pattern `!y` of `include` cannot be used: it begins with `!`, which turns nothing around here. | Correct the pattern, or remove it.
    6:8 settings-wrong-value `hard` is nothing that `check` can be. | Write one of `off`, `lenient`, `normal` and `strict`.
    7:1 settings-wrong-value The value of `prefix` cannot begin a name. | Use lower case letters, digits and hyphens between them, forty characters at most.
    10:5 settings-wrong-value `.claude/skils` is nothing that `folders` can be. | Write `.claude/skills`, or another of `.agents/skills`, `.claude/agents`, `.claude/commands`, `.claude/skills`, `.codex/agents` and `.codex/skills`.
    11:1 settings-wrong-value The value of `conflicts` is not one of `ask`, `github` and `local`. | Write one of `ask`, `github` and `local`, in quotes if it is a number.
    12:1 settings-wrong-value The value of `branch` is no name that git gives to a branch. | Write the branch's name.
    13:1 settings-unknown-key `colour` is no setting; it has no effect. | Remove it. There are `branch`, `exclude`, `include`, `folders`, `prefix`, `check` and `conflicts`.
    "#);
    assert_eq!(read(text.as_bytes()).settings, None);
    assert!(read(b"colour: red\ncheck: strict\n").settings.is_some(), "an unknown key breaks nothing");
}

#[test]
fn what_is_no_yaml_is_told_with_its_line() {
    insta::assert_snapshot!(told("check: strict\nbranch: [a\n"), @"3:1 settings-unreadable The settings cannot be read: it is no YAML from here on (did not find expected ',' or ']'). | Write `key: value` lines; docs/SETTINGS.md has every key.");
    insta::assert_snapshot!(told("just a sentence\n"), @"1:1 settings-unreadable The settings cannot be read: it is no list of keys and values. | Write `key: value` lines; docs/SETTINGS.md has every key.");
    insta::assert_snapshot!(told("check: strict\ncheck: normal\n"), @"2:1 duplicate-key The key `check` stands here twice; the last one counts. | Keep one of them.");
    assert!(told("branch: a\0b").contains("nul-byte"));
    assert!(told(&"# ".repeat(40_000)).contains("80000 bytes"));
    assert!(read(b"\xff").error().is_some_and(|found| found.code == "not-utf-8"));
}

#[test]
fn a_missing_branch_is_told_at_its_name() {
    let found = branch_missing("release", ALL);
    assert_eq!((found.line, found.column, found.severity), (2, 9, Severity::Error));
}

#[test]
fn the_organisation_counts_where_the_repository_says_nothing() {
    let organisation = settings("branch: theirs\nprefix: octo\nexclude: [a/**]\ncheck: off\nconflicts: local\n");
    let own = settings("exclude: []\ncheck: strict\n");
    let both = own.over(&organisation);
    assert_eq!((both.branch.as_deref(), both.prefix.as_deref()), (None, Some("octo")));
    assert_eq!((both.exclude.as_deref(), both.strictness()), (Some(&[][..]), Strictness::Strict));
    assert_eq!(both.conflicts, Some(Preference::Take(Side::Local)));
}

/// The codes of what is said of it.
fn codes(text: &str) -> Vec<String> {
    read(text.as_bytes()).diagnostics.into_iter().map(|found| found.code).collect()
}

#[test]
fn a_branch_is_what_git_takes_for_one() {
    let longest = "b".repeat(255);
    for branch in ["main", "release/1.x", "a@b", "-x".trim_start_matches('-'), "f\u{fc}r", longest.as_str()] {
        assert_eq!(settings(&format!("branch: \"{branch}\"")).branch.as_deref(), Some(branch));
    }
    let too_long = "b".repeat(256);
    for branch in [
        "a..b",
        "a b",
        "a\\x01b",
        "a\\tb",
        "a~b",
        "a^b",
        "a:b",
        "a?b",
        "a*b",
        "a[b",
        "a\\\\b",
        "a@{b",
        "@",
        "-a",
        "a.",
        "/a",
        "a/",
        "a//b",
        "a/.b",
        ".a",
        "a.lock",
        "a.lock/b",
        "refs/heads/main",
        &too_long,
    ] {
        assert_eq!(codes(&format!("branch: \"{branch}\"")), ["settings-wrong-value"], "{branch}");
    }
    assert!(told("branch: refs/heads/main").contains("Write `main`."));
    assert_eq!(settings("branch: \" main \"").branch.as_deref(), Some("main"));
    assert_eq!(codes("branch: \"  \""), ["settings-wrong-value"]);
}

#[test]
fn a_prefix_begins_a_name() {
    let longest = "p".repeat(40);
    for prefix in ["web", "a-b", "2", &longest] {
        assert_eq!(settings(&format!("prefix: \"{prefix}\"")).prefix.as_deref(), Some(prefix));
    }
    for prefix in ["Web", "-a", "a-", "a_b", "a/b", &format!("{longest}p")] {
        assert_eq!(codes(&format!("prefix: \"{prefix}\"")), ["settings-wrong-value"], "{prefix}");
    }
}

#[test]
fn lists_may_be_one_text_or_none() {
    assert_eq!(settings("exclude:\ninclude:\nfolders:\n"), Settings::default());
    assert_eq!(settings("exclude: \" a/** \"").exclude.as_deref(), Some(&["a/**".to_owned()][..]));
    let folders = settings("folders: [./.claude/agents/, .claude/agents, .agents/skills]").folders;
    assert_eq!(
        folders.map(|all| all.into_iter().map(ToolFolder::name).collect()),
        Some(vec![".agents/skills".into(), ".claude/agents".to_owned()])
    );
    for key in ["exclude", "folders"] {
        for value in ["7", "[7]", "[\" \"]", "\" \"", "{a: b}"] {
            assert_eq!(codes(&format!("{key}: {value}")), ["settings-wrong-value"], "{key}: {value}");
        }
    }
    assert_eq!(codes("include: x"), ["settings-wrong-value"]);
    assert_eq!(settings("include: {commands: [], rules: }").include, Some(std::collections::BTreeMap::new()));
    assert_eq!(settings("include: {commands: []}").reach(), Reach::Cursor);
}

#[test]
fn patterns_have_bounds_one_by_one_and_together() {
    let list = |count: usize| (0..count).map(|number| format!("f{number}")).collect::<Vec<_>>().join(", ");
    for key in ["exclude: [", "include: {rules: ["] {
        let end = if key.contains('{') { "]}" } else { "]" };
        assert_eq!(codes(&format!("{key}{}{end}", list(100))), [] as [&str; 0]);
        assert_eq!(codes(&format!("{key}{}{end}", list(101))), ["settings-wrong-value"]);
    }
    let both = format!("include: {{rules: [{}], commands: [{}]}}", list(50), list(51));
    assert_eq!(codes(&both), ["settings-wrong-value"]);
}

#[test]
fn settings_reach_as_far_as_they_name() {
    assert_eq!(Settings::default().reach(), Reach::Cursor);
    assert_eq!(settings("folders: []").reach(), Reach::Cursor);
    let folder = ToolFolder::from_name(".claude/agents").expect("a folder that is known");
    assert_eq!(settings("folders: .claude/agents").reach(), Reach::Folders(vec![folder]));
    assert_eq!(settings("include: {rules: x.md}\nfolders: .claude/agents").reach(), Reach::Anywhere);
}

#[test]
fn a_check_ends_as_its_owner_wants() {
    use Conclusion::{Failure, Neutral, Success};
    let ends = |strictness: Strictness| {
        [Some(Severity::Error), Some(Severity::Warning), Some(Severity::Notice), None]
            .map(|it| strictness.conclusion(it))
    };
    assert_eq!(ends(Strictness::Strict), [Failure, Failure, Success, Success]);
    assert_eq!(ends(Strictness::Normal), [Failure, Neutral, Success, Success]);
    assert_eq!(ends(Strictness::Lenient), [Neutral, Success, Success, Success]);
    assert_eq!(ends(Strictness::Off), [Neutral, Success, Success, Success]);
}

#[test]
fn a_file_of_the_largest_size_is_read() {
    let text = |size: usize| format!("check: strict\n{}", "#".repeat(size - 14));
    assert!(read(text(64 * 1024).as_bytes()).settings.is_some());
    assert!(read(text(64 * 1024 + 1).as_bytes()).settings.is_none());
}

fn found(layout: &Layout, path: &str) -> Option<(Kind, String, String, String)> {
    match layout.place(path) {
        Place::Definition(Location { kind, scope, inner, prefix, .. }) => Some((kind, scope, inner, prefix)),
        _ => None,
    }
}

#[test]
fn settings_say_which_files_are_definitions() {
    let layout = Layout::of(&settings(ALL));
    let at = |kind, scope: &str, inner: &str| Some((kind, scope.to_owned(), inner.to_owned(), "web".to_owned()));
    assert_eq!(found(&layout, ".cursor/rules/style.mdc"), at(Kind::Rule, "", "style.mdc"));
    assert_eq!(found(&layout, "apps/x/.claude/agents/a.md"), at(Kind::Agent, "apps/x", "a.md"));
    assert_eq!(found(&layout, ".agents/skills/ship/land/SKILL.md"), at(Kind::Skill, "", "ship/land/SKILL.md"));
    assert_eq!(layout.place(".agents/skills/ship/run.py"), Place::SkillFile);
    assert_eq!(found(&layout, "prompts/git/ship.md"), at(Kind::Command, "", "git/ship.md"));
    assert_eq!(found(&layout, "docs/rules/a.md"), at(Kind::Rule, "", "a.md"));
    assert_eq!(layout.place("docs/rules/a.png"), Place::Ignored(IgnoredBecause::WrongEnding));
    for excluded in ["examples/x/.cursor/rules/a.mdc", ".cursor/rules/old/deep/a.mdc"] {
        assert_eq!(layout.place(excluded), Place::Ignored(IgnoredBecause::Excluded), "{excluded}");
    }
    for outside in ["src/main.rs", ".claude/commands/x.md", "prompts", "docs/rules/deep/a.md"] {
        assert_eq!(layout.place(outside), Place::Outside, "{outside}");
        assert!(!layout.reaches(outside));
    }
}

#[test]
fn folders_and_patterns_add_to_what_lies_below_cursor() {
    let text = "exclude: .claude/skills/old/\nfolders: [.claude/skills]\n\
                include: {rules: [./a/b?.md, \"/c/[de]/*.mdc\", \"{f,g}/*.md\", h/i.md], commands: [.cursor/prompts/*.md]}\n";
    let layout = Layout::of(&settings(text));
    let inner = |path: &str| found(&layout, path).map(|(_, _, inner, _)| inner);
    for (path, wanted) in [
        ("a/b1.md", "b1.md"),
        ("c/d/x.mdc", "d/x.mdc"),
        ("f/x.md", "f/x.md"),
        ("h/i.md", "i.md"),
        (".cursor/prompts/x.md", "x.md"),
        (".claude/skills/new/SKILL.md", "new/SKILL.md"),
    ] {
        assert_eq!(inner(path).as_deref(), Some(wanted), "{path}");
        assert!(layout.reaches(path), "{path}");
    }
    assert_eq!(layout.place(".claude/skills/old/x.py"), Place::Ignored(IgnoredBecause::Excluded));
    assert_eq!(layout.place(".cursor/prompts/x.png"), Place::Ignored(IgnoredBecause::NotAKindFolder));
    for one in ["include: {rules: x.md}", "folders: .claude/agents"] {
        assert!(!Layout::of(&settings(one)).is_plain(), "{one}");
    }
    assert!(Layout::default().is_plain() && !Layout::default().reaches("x.md"));
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let reading = read(&bytes);
        prop_assert_eq!(reading.settings.is_none(), reading.error().is_some());
    }

    #[test]
    fn anything_like_settings_is_read(text in "((branch|exclude|include|folders|prefix|check|x): ?([a-z\\[\\]{}\"',*!&.: /-]{0,12})\n( {0,3}- [a-z*]{0,4}\n)?){0,5}") {
        let reading = read(text.as_bytes());
        prop_assert_eq!(reading.settings.is_none(), reading.error().is_some());
    }

    #[test]
    fn without_settings_every_path_is_what_it_was(path in "(\\.cursor|\\.claude|rules|agents|skills|a|SKILL.md|x.mdc|/){1,9}") {
        prop_assert_eq!(Layout::default().place(&path), crate::model::location::place(&path));
    }
}
