//! Rules: patterns in every form that people write, and the type that follows.

use super::{codes, outcome, read};
use insta::assert_snapshot;

const RULE: &str = ".cursor/rules/style.mdc";

fn with_globs(globs: &str) -> String {
    outcome(RULE, &format!("---\ndescription: Style\nglobs:{globs}\nalwaysApply: false\n---\nBody"))
}

#[test]
fn bare_patterns() {
    assert_snapshot!(with_globs(" **/*.{ts,tsx}, src/**"), @r#"
    style
      "Style"
      description: "Style"
      globs: "**/*.{ts,tsx}, src/**"
      alwaysApply: false
      .globPatterns = ["**/*.{ts,tsx}","src/**"]
      .ruleType = "auto-attached"
    Notice 3:8 not-yaml: The value of `globs` is not YAML: `*` cannot begin a value there. The rest of the line is taken, as Cursor does.
    "#);
    assert_snapshot!(with_globs(" src/ai/**"), @r#"
    style
      "Style"
      description: "Style"
      globs: "src/ai/**"
      alwaysApply: false
      .globPatterns = ["src/ai/**"]
      .ruleType = "auto-attached"
    "#);
}

#[test]
fn quoted_patterns() {
    assert_snapshot!(with_globs(" \"**/*.ts,src/**\""), @r#"
    style
      "Style"
      description: "Style"
      globs: "**/*.ts,src/**"
      alwaysApply: false
      .globPatterns = ["**/*.ts","src/**"]
      .ruleType = "auto-attached"
    Warning 3:1 quoted-glob: `globs` is quoted; Cursor takes the quotes for part of the pattern, which then matches nothing.
    "#);
    assert_snapshot!(with_globs(" '**/*.ts', '**/*.js'"), @r#"
    style
      "Style"
      description: "Style"
      globs: "'**/*.ts', '**/*.js'"
      alwaysApply: false
      .globPatterns = ["**/*.ts","**/*.js"]
      .ruleType = "auto-attached"
    Warning 3:1 quoted-glob: `globs` is quoted; Cursor takes the quotes for part of the pattern, which then matches nothing.
    Notice 3:8 not-yaml: The value of `globs` is not YAML: something follows the quotes, or they are never closed. The rest of the line is taken, as Cursor does.
    "#);
}

#[test]
fn lists() {
    assert_snapshot!(with_globs(" [\"**/*.ts\", src/**]"), @r#"
    style
      "Style"
      description: "Style"
      globs: ["**/*.ts","src/**"]
      alwaysApply: false
      .globPatterns = ["**/*.ts","src/**"]
      .ruleType = "auto-attached"
    Notice 3:1 glob-flow-list: `globs` is a list in brackets; not every version of Cursor reads one.
    "#);
    assert_snapshot!(with_globs("\n  - \"**/*.ts\"\n  - src/**"), @r#"
    style
      "Style"
      description: "Style"
      globs: ["**/*.ts","src/**"]
      alwaysApply: false
      .globPatterns = ["**/*.ts","src/**"]
      .ruleType = "auto-attached"
    Warning 3:1 glob-block-list: `globs` spans several lines; Cursor reads the first only, and sees no pattern here.
    "#);
    assert_snapshot!(with_globs("\n- **/*.ts\n- src/**"), @r#"
    style
      "Style"
      description: "Style"
      globs: null
      alwaysApply: false
      .ruleType = "agent-requested"
    Warning 4:1 lines-not-read: 2 lines are neither YAML nor `key: value`, and not read.
    "#);
}

#[test]
fn the_line_to_write_is_proposed_where_it_says_the_same() {
    let help = |globs: &str| {
        let parsed = read(RULE, &format!("---\nglobs: {globs}\n---\nBody"));
        let found = parsed.diagnostics.into_iter().find(|found| found.code.contains("glob"));
        found.and_then(|found| found.help).unwrap_or_default()
    };
    let proposes = |line: &str| format!("Write the patterns bare, on one line: `globs: {line}`.");
    assert_eq!(help("[\"**/*.{md,mdc}\", src/**]"), proposes("**/*.{md,mdc}, src/**"));
    let generic = proposes("**/*.ts, src/**");
    for globs in
        ["\"'a,b.ts'\"".to_owned(), "\"é/**\"".to_owned(), format!("\"{}\"", "a".repeat(201)), "\"\"".to_owned()]
    {
        assert_eq!(help(&globs), generic, "{globs}");
    }
}

#[test]
fn empty_patterns() {
    assert_snapshot!(with_globs(""), @r#"
    style
      "Style"
      description: "Style"
      globs: null
      alwaysApply: false
      .ruleType = "agent-requested"
    "#);
    assert_snapshot!(with_globs(" []"), @r#"
    style
      "Style"
      description: "Style"
      globs: []
      alwaysApply: false
      .ruleType = "agent-requested"
    "#);
}

#[test]
fn patterns_of_another_type() {
    assert_snapshot!(with_globs(" 3"), @r#"
    style
      "Style"
      description: "Style"
      globs: 3
      alwaysApply: false
      .ruleType = "agent-requested"
    Warning 3:1 wrong-type: `globs` must be a text or a list of texts, but is a number; it is not taken.
    "#);
    assert_snapshot!(with_globs(" {a: b}"), @r#"
    style
      "Style"
      description: "Style"
      globs: {"a":"b"}
      alwaysApply: false
      .ruleType = "agent-requested"
    Warning 3:1 wrong-type: `globs` must be a text or a list of texts, but is a mapping; it is not taken.
    "#);
    assert_snapshot!(with_globs(" [src/**, 3]"), @r#"
    style
      "Style"
      description: "Style"
      globs: ["src/**",3]
      alwaysApply: false
      .globPatterns = ["src/**"]
      .ruleType = "auto-attached"
    Warning 3:1 wrong-type: `globs` holds items that are no texts; they are left out.
    Notice 3:1 glob-flow-list: `globs` is a list in brackets; not every version of Cursor reads one.
    "#);
}

#[test]
fn patterns_that_match_nothing() {
    assert_snapshot!(with_globs(" src/{a,b"), @r#"
    style
      "Style"
      description: "Style"
      globs: "src/{a,b"
      alwaysApply: false
      .globPatterns = ["src/{a,b"]
      .ruleType = "auto-attached"
    Warning 3:1 bad-glob: The pattern `src/{a,b` matches nothing: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?).
    "#);
    assert_snapshot!(with_globs(" !src/**"), @r#"
    style
      "Style"
      description: "Style"
      globs: "!src/**"
      alwaysApply: false
      .globPatterns = ["!src/**"]
      .ruleType = "auto-attached"
    Notice 3:1 glob-negation: `!src/**` begins with `!`, which is not documented to exclude anything.
    Notice 3:8 not-yaml: The value of `globs` is not YAML: `!` cannot begin a value there. The rest of the line is taken, as Cursor does.
    "#);
}

#[test]
fn too_many_patterns() {
    let many = vec!["a/**"; 300].join(",");
    assert_eq!(codes(RULE, &format!("---\nglobs: {many}\n---\nBody")), ["too-many-globs"]);
}

#[test]
fn the_type_follows_from_three_keys() {
    let rule_type = |keys: &str| read(RULE, &format!("---\n{keys}\n---\nBody")).attributes["ruleType"].clone();
    assert_eq!(rule_type("alwaysApply: true\nglobs: a\ndescription: b"), "always");
    assert_eq!(rule_type("alwaysApply: false\nglobs: a\ndescription: b"), "auto-attached");
    assert_eq!(rule_type("description: b"), "agent-requested");
    assert_eq!(rule_type("description: \"  \"\nglobs:"), "manual");
    assert_eq!(read(RULE, "Body").attributes["ruleType"], "manual");
}

#[test]
fn a_quoted_boolean_is_none() {
    assert_snapshot!(outcome(RULE, "---\nalwaysApply: \"true\"\n---\nBody"), @r#"
    style
      alwaysApply: "true"
      .ruleType = "manual"
    Warning 2:1 quoted-boolean: `alwaysApply` is the text "true", not a boolean; it is not taken.
    "#);
    assert_snapshot!(outcome(RULE, "---\nalwaysApply: yes\n---\nBody"), @r#"
    style
      alwaysApply: "yes"
      .ruleType = "manual"
    Warning 2:1 wrong-type: `alwaysApply` must be `true` or `false`, but is a text; it is not taken.
    "#);
}

#[test]
fn descriptions_over_several_lines() {
    assert_snapshot!(outcome(RULE, "---\ndescription: >-\n  Two\n  lines\n---\nBody"), @r#"
    style
      "Two lines"
      description: "Two lines"
      .ruleType = "agent-requested"
    Warning 2:1 multi-line-value: `description` spans several lines; Cursor reads the first line of a rule's key only.
    "#);
}

#[test]
fn the_form_of_what_is_not_asked_does_not_matter() {
    let keys = "globs: \"**/*.ts\"\ndescription: >-\n  Two\n  lines\nalwaysApply:";
    assert!(codes(RULE, &format!("---\n{keys} true\n---\nBody")).is_empty());
    assert_eq!(codes(RULE, &format!("---\n{keys} false\n---\nBody")), ["quoted-glob", "multi-line-value"]);
}

#[test]
fn a_folder_of_its_own() {
    assert_snapshot!(outcome(".cursor/rules/deep/RULE.md", "---\nalwaysApply: true\n---\nBody"), @r#"
    deep
      alwaysApply: true
      .alwaysApply = true
      .ruleType = "always"
    Notice 1:1 folder-rule: Only some versions of Cursor read a `RULE.md` in a folder of its own.
    "#);
    assert!(codes(".cursor/commands/deep/RULE.md", "Body").is_empty(), "a command may be called so");
}

#[test]
fn as_many_patterns_as_count() {
    let globs = |count: usize| {
        let patterns: Vec<String> = (0..count).map(|number| format!("f{number}")).collect();
        read(".cursor/rules/a.mdc", &format!("---\nglobs: {}\n---\nBody", patterns.join(",")))
    };
    let (most, more) = (globs(256), globs(257));
    assert!(most.diagnostics.is_empty(), "{:?}", most.diagnostics);
    assert_eq!(more.diagnostics.first().map(|found| found.code.as_str()), Some("too-many-globs"));
    assert_eq!(more.attributes["globPatterns"].as_array().map(Vec::len), Some(256));
}

#[test]
fn a_list_that_is_never_closed_is_a_text() {
    assert_eq!(codes(".cursor/rules/a.mdc", "---\nglobs: [a.ts\n---\nBody"), ["bad-glob", "not-yaml"]);
}
