//! Agents: model, modes, and what is copied over from elsewhere.

use super::{codes, outcome, read};
use insta::assert_snapshot;

const AGENT: &str = ".cursor/agents/reviewer.md";

#[test]
fn everything_set() {
    let keys = "name: code-reviewer\ndescription: Looks\nmodel: claude-opus-5[effort=high,context=300k]\nreadonly: true\nis_background: true";
    assert_snapshot!(outcome(AGENT, &format!("---\n{keys}\n---\nBody")), @r#"
    code-reviewer
      "Looks"
      name: "code-reviewer"
      description: "Looks"
      model: "claude-opus-5[effort=high,context=300k]"
      readonly: true
      is_background: true
      .model = "claude-opus-5[effort=high,context=300k]"
      .readonly = true
      .isBackground = true
    "#);
}

#[test]
fn defaults() {
    let parsed = read(AGENT, "Body");
    assert_eq!(
        serde_json::to_string(&parsed.attributes).ok().as_deref(),
        Some(r#"{"model":"inherit","readonly":false,"isBackground":false}"#)
    );
}

#[test]
fn no_description() {
    assert_snapshot!(outcome(AGENT, "---\nname: reviewer\n---\nBody"), @r#"
    reviewer
      name: "reviewer"
      .model = "inherit"
    Warning 1:1 description-missing: The agent has no description, so nothing tells when to call it.
    "#);
}

#[test]
fn tools_and_other_keys() {
    assert_snapshot!(outcome(AGENT, "---\ndescription: x\ntools: Read, Grep\ncolor: red\n---\nBody"), @r#"
    reviewer
      "x"
      description: "x"
      tools: "Read, Grep"
      color: "red"
      .model = "inherit"
    Notice 3:1 tools-ignored: `tools` has no effect: agents in Cursor have all tools.
    "#);
}

#[test]
fn odd_models() {
    let model = |model: &str| format!("---\ndescription: x\nmodel: {model}\n---\nBody");
    for fine in ["inherit", "fast", "gpt-5.5", "composer-2.5[]", "openai/gpt-5", "3"] {
        assert!(codes(AGENT, &model(fine)).is_empty(), "{fine}");
    }
    for odd in ["a[b", "a]", "a[b]c", "a[[b]]", "\"[a]\"", ".a", "a b", "\"a,b\""] {
        assert_eq!(codes(AGENT, &model(odd)), ["model-unreadable"], "{odd}");
    }
    assert_snapshot!(outcome(AGENT, &model("the good one")), @r#"
    reviewer
      "x"
      description: "x"
      model: "the good one"
      .model = "the good one"
    Warning 3:1 model-unreadable: `the good one` does not look like a model.
    "#);
    assert_snapshot!(outcome(AGENT, &model("[a, b]")), @r#"
    reviewer
      "x"
      description: "x"
      model: ["a","b"]
      .model = "inherit"
    Warning 3:1 wrong-type: `model` must be a text, but is a list; it is not taken.
    "#);
}

#[test]
fn flags_of_another_type() {
    assert_snapshot!(outcome(AGENT, "---\ndescription: x\nreadonly: 1\nisBackground: true\n---\nBody"), @r#"
    reviewer
      "x"
      description: "x"
      readonly: 1
      isBackground: true
      .model = "inherit"
    Warning 3:1 wrong-type: `readonly` must be `true` or `false`, but is a number; it is not taken.
    Warning 4:1 misspelt-key: `isBackground` is not a key; `is_background` is.
    "#);
}

#[test]
fn marks_within_a_model() {
    let model = |model: &str| codes(AGENT, &format!("---\ndescription: x\nmodel: {model}\n---\nBody"));
    for fine in ["a_b", "a:b", "a@b", "a-b", "a.b", "a/b", "A1[b c=d]"] {
        assert!(model(fine).is_empty(), "{fine}");
    }
    for odd in ["a b[c=d]", "-a", "[c=d]", "é", "a[b"] {
        assert_eq!(model(&format!("\"{odd}\"")), ["model-unreadable"], "{odd}");
    }
}

#[test]
fn a_key_within_braces_has_no_line_of_its_own() {
    let parsed = read(AGENT, "---\n{name: 42, description: true, readonly: \"false\"}\n---\nBody");
    assert_eq!((parsed.name.as_str(), parsed.description.as_deref()), ("42", Some("true")));
    assert_eq!(parsed.diagnostics[0].code, "quoted-boolean");
}

#[test]
fn brackets_within_the_options_of_a_model() {
    for odd in ["a[b[c]", "a[b]c]"] {
        assert_eq!(
            codes(AGENT, &format!("---\ndescription: x\nmodel: {odd}\n---\nBody")),
            ["model-unreadable"],
            "{odd}"
        );
    }
}
