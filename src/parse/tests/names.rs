//! Names that are written, and names that paths give.

use super::{outcome, read};
use crate::model::name::{MAX_NAME_BYTES, is_kebab_case};
use insta::assert_snapshot;

const AGENT: &str = ".cursor/agents/reviewer.md";

fn named(name: &str) -> String {
    outcome(AGENT, &format!("---\nname: {name}\ndescription: x\n---\nBody"))
}

#[test]
fn written_names() {
    assert_snapshot!(named("code-reviewer-2"), @r#"
    code-reviewer-2
      "x"
      name: "code-reviewer-2"
      description: "x"
      .model = "inherit"
    "#);
    assert_snapshot!(named("Code Reviewer"), @r#"
    reviewer
      "x"
      name: "Code Reviewer"
      description: "x"
      .model = "inherit"
    Error 2:1 name-not-kebab-case: The name `Code Reviewer` is not kebab-case: it holds `C`. The definition is named by its file.
    "#);
    assert_snapshot!(named("r\u{435}viewer"), @r#"
    reviewer
      "x"
      name: "rеviewer"
      description: "x"
      .model = "inherit"
    Error 2:1 name-not-kebab-case: The name `rеviewer` is not kebab-case: it holds U+0435. The definition is named by its file.
    "#);
    assert_snapshot!(named("测试"), @r#"
    reviewer
      "x"
      name: "测试"
      description: "x"
      .model = "inherit"
    Error 2:1 name-not-kebab-case: The name `测试` is not kebab-case: it holds U+6D4B. The definition is named by its file.
    "#);
    assert_snapshot!(named("[a]"), @r#"
    reviewer
      "x"
      name: ["a"]
      description: "x"
      .model = "inherit"
    Error 2:1 name-not-kebab-case: The name `[a]` is not kebab-case: it holds `[`. The definition is named by its file.
    "#);
    assert_snapshot!(named("42"), @r#"
    42
      "x"
      name: 42
      description: "x"
      .model = "inherit"
    "#);
    assert_snapshot!(named(""), @r#"
    reviewer
      "x"
      name: null
      description: "x"
      .model = "inherit"
    "#);
}

#[test]
fn names_with_invisible_characters() {
    let parsed = read(AGENT, "---\nname: \"review\u{202e}er\u{200b}\"\ndescription: x\n---\nBody");
    let findings: Vec<&str> = parsed.diagnostics.iter().map(|finding| finding.message.as_str()).collect();
    assert_snapshot!(findings.join("\n"), @r"
    The name `review\u{202e}er\u{200b}` is not kebab-case: it holds U+202E. The definition is named by its file.
    Invisible characters stand in the file (2); the first is U+202E.
    ");
}

#[test]
fn a_name_without_end() {
    let parsed = read(AGENT, &format!("---\nname: {}\ndescription: x\n---\nBody", "a".repeat(10_000)));
    assert_eq!(parsed.name, "reviewer");
    assert_eq!(parsed.error().map(|error| error.code.as_str()), Some("name-too-long"));
}

#[test]
fn names_by_path() {
    assert_snapshot!(outcome(".cursor/rules/AGNO/Agent_State.mdc", "x"), @r#"
    agno-agent-state
      .ruleType = "manual"
    Notice 1:1 name-derived: `AGNO/Agent_State` is not kebab-case; the rule is called `agno-agent-state`.
    "#);
    assert_snapshot!(outcome(".cursor/rules/project rules.mdc", "x"), @r#"
    project-rules
      .ruleType = "manual"
    Notice 1:1 name-derived: `project rules` is not kebab-case; the rule is called `project-rules`.
    "#);
    assert_snapshot!(outcome(".cursor/rules/.mdc", "x"), @r#"
    unnamed-rule
      .ruleType = "manual"
    Warning 1:1 name-fallback: The path gives no name; the rule is called `unnamed-rule`.
    "#);
    assert_snapshot!(outcome("apps/web/.cursor/rules/a/b.mdc", "x"), @r#"
    apps-web-a-b
      .ruleType = "manual"
    "#);
    assert_snapshot!(outcome(".cursor/rules/st\u{200b}yle\u{202e}.mdc", "x"), @r#"
    style
      .ruleType = "manual"
    Warning 1:1 hidden-characters: The path holds invisible characters: `st\u{200b}yle\u{202e}`.
    Notice 1:1 name-derived: `st\u{200b}yle\u{202e}` is not kebab-case; the rule is called `style`.
    "#);
}

#[test]
fn long_paths() {
    let parsed = read(&format!("{}.cursor/rules/x.mdc", "folder/".repeat(120)), "x");
    assert!(parsed.name.len() <= MAX_NAME_BYTES && is_kebab_case(&parsed.name));
}

#[test]
fn blanks_around_a_written_name_do_not_count() {
    assert_eq!(read(AGENT, "---\nname: \" other \"\ndescription: x\n---\nBody").name, "other");
    let blank = read(AGENT, "---\nname: \"  \"\ndescription: x\n---\nBody");
    assert_eq!((blank.name.as_str(), blank.diagnostics.len()), ("reviewer", 0));
}

#[test]
fn a_better_name_is_proposed_where_there_is_one() {
    let help = |name: &str| {
        let parsed = read(AGENT, &format!("---\nname: \"{name}\"\ndescription: x\n---\nBody"));
        parsed.error().and_then(|error| error.help.clone()).unwrap_or_default()
    };
    assert!(help("Code Reviewer").ends_with("for instance `code-reviewer`."));
    assert!(help("!!!").ends_with("hyphens only."));
}

#[test]
fn a_file_may_be_called_as_one_without_a_name() {
    assert!(super::codes(".cursor/rules/unnamed-rule.mdc", "x").is_empty());
}

#[test]
fn the_longest_name_is_one() {
    let name = "a".repeat(MAX_NAME_BYTES);
    assert_eq!(read(AGENT, &format!("---\nname: {name}\ndescription: x\n---\nBody")).name, name);
}
