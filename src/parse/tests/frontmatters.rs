//! Where the frontmatter begins and ends, and what is read where YAML fails.

use super::{codes, outcome, read};
use insta::assert_snapshot;

const RULE: &str = ".cursor/rules/style.mdc";
const AGENT: &str = ".cursor/agents/reviewer.md";

#[test]
fn none_is_fine() {
    assert_snapshot!(outcome(AGENT, "# Reviewer\nLook closely."), @r#"
    reviewer # Reviewer
      .model = "inherit"
    "#);
}

#[test]
fn blank_lines_before_it() {
    assert_snapshot!(outcome(RULE, "\n  \n---\nalwaysApply: true\n---\nBody"), @r#"
    style
      alwaysApply: true
      .alwaysApply = true
      .ruleType = "always"
    Notice 3:1 blank-before-frontmatter: Blank lines stand before the frontmatter.
    "#);
}

#[test]
fn blank_lines_and_blanks_within_it() {
    assert_snapshot!(outcome(RULE, "---\n\ndescription: \nalwaysApply: true   \n\n--- \nBody"), @r#"
    style
      description: null
      alwaysApply: true
      .alwaysApply = true
      .ruleType = "always"
    "#);
}

#[test]
fn never_closed() {
    assert_snapshot!(outcome(AGENT, "---\n\nname: other\ndescription: Looks\n"), @r#"
    reviewer
      .model = "inherit"
    Error 1:1 frontmatter-unclosed: The frontmatter that opens here is never closed.
    "#);
}

#[test]
fn a_ruler_opens_nothing() {
    assert_snapshot!(outcome(RULE, "---\n\n# Title\n\nText"), @r#"
    style # Title
      .ruleType = "manual"
    "#);
    assert_snapshot!(outcome(RULE, "Text\n---\nalwaysApply: true\n---\n"), @r#"
    style
      .ruleType = "manual"
    "#);
    assert_snapshot!(outcome(RULE, "----\nalwaysApply: true\n----\n"), @r#"
    style
      .ruleType = "manual"
    "#);
}

#[test]
fn rulers_and_frontmatters_in_the_body() {
    let text = "---\nalwaysApply: true\n---\nA\n---\nB\n```md\n---\nalwaysApply: false\n---\n# Not this\n```\n# Title";
    assert_snapshot!(outcome(RULE, text), @r#"
    style # Title
      alwaysApply: true
      .alwaysApply = true
      .ruleType = "always"
    "#);
}

#[test]
fn empty() {
    assert_snapshot!(outcome(RULE, "---\n---\nBody"), @r#"
    style
      .ruleType = "manual"
    Notice 1:1 frontmatter-empty: The frontmatter is empty.
    "#);
    assert_snapshot!(outcome(RULE, "---\n# only a comment\n---\nBody"), @r#"
    style
      .ruleType = "manual"
    Notice 1:1 frontmatter-empty: The frontmatter is empty.
    "#);
}

#[test]
fn two_in_a_row() {
    assert_snapshot!(outcome(RULE, "---\n---\n\n---\ndescription: Real\n---\nBody"), @r#"
    style
      .ruleType = "manual"
    Notice 1:1 frontmatter-empty: The frontmatter is empty.
    Warning 4:1 frontmatter-second-block: A second frontmatter follows the first; it is not read.
    "#);
}

#[test]
fn a_plain_sentence() {
    assert_snapshot!(outcome(RULE, "---\nUse this when you review.\n---\nBody"), @r#"
    style
      .ruleType = "manual"
    Warning 1:1 frontmatter-not-a-mapping: What stands between the two `---` lines is not a list of keys and values.
    "#);
    assert_snapshot!(outcome(RULE, "---\n- a\n- b\n---\nBody"), @r#"
    style
      .ruleType = "manual"
    Warning 1:1 frontmatter-not-a-mapping: What stands between the two `---` lines is not a list of keys and values.
    "#);
}

#[test]
fn a_colon_in_a_value() {
    assert_snapshot!(outcome(AGENT, "---\nname: reviewer\ndescription: Runs tasks: writes code\n---\nBody"), @r#"
    reviewer
      "Runs tasks: writes code"
      name: "reviewer"
      description: "Runs tasks: writes code"
      .model = "inherit"
    Notice 3:14 not-yaml: The value of `description` is not YAML: it holds a colon and a space. The rest of the line is taken, as Cursor does.
    "#);
}

#[test]
fn one_key_does_not_take_the_others_with_it() {
    let text = "---\ndescription: >-\n  Two\n  lines\nglobs: *.ts\nalwaysApply: false\nmetadata:\n  a: 1\n---\nBody";
    assert_snapshot!(outcome(".cursor/skills/style/SKILL.md", text), @r#"
    style
      "Two lines"
      description: "Two lines"
      globs: "*.ts"
      alwaysApply: false
      metadata: {"a":1}
      .paths = ["*.ts"]
      .metadata = {"a":1}
    Notice 5:8 not-yaml: The value of `globs` is not YAML: `*` cannot begin a value there. The rest of the line is taken, as Cursor does.
    "#);
}

#[test]
fn lines_that_are_nothing() {
    assert_snapshot!(outcome(RULE, "---\noops\ndescription: Style\nmore of it\n  and more\nalwaysApply:true\n---\nBody"), @r#"
    style
      "Style"
      description: "Style"
      alwaysApply: true
      .alwaysApply = true
      .ruleType = "always"
    Warning 2:1 lines-not-read: 1 line is neither YAML nor `key: value`, and not read.
    Warning 4:1 lines-not-read: 2 lines are neither YAML nor `key: value`, and not read.
    Notice 6:14 not-yaml: The value of `alwaysApply` is not YAML: no space follows the colon. The rest of the line is taken, as Cursor does.
    "#);
}

#[test]
fn characters_that_begin_no_value() {
    for value in ["@team", "%x", "`code`", "*all", "!important", "&x *y", "[a", "{a", "a: b", "- x: [", "\"a\" b", "'a"]
    {
        let text = format!("---\ndescription: {value}\nalwaysApply: true\n---\nBody");
        let parsed = read(RULE, &text);
        assert_eq!(parsed.description.as_deref(), Some(value));
        assert_eq!(parsed.attributes["ruleType"], "always", "{value}");
        assert_eq!(codes(RULE, &text), ["not-yaml"], "{value}");
    }
}

#[test]
fn a_comment_beside_what_is_no_yaml_is_no_key() {
    let text = "---\n  # why: tests\nglobs: **/*.ts\n  # also: this\nalwaysApply: false\n---\nBody";
    assert_snapshot!(outcome(RULE, text), @r#"
    style
      globs: "**/*.ts"
      alwaysApply: false
      .globPatterns = ["**/*.ts"]
      .ruleType = "auto-attached"
    Notice 3:8 not-yaml: The value of `globs` is not YAML: `*` cannot begin a value there. The rest of the line is taken, as Cursor does.
    "#);
}

#[test]
fn keys_that_come_twice() {
    assert_snapshot!(outcome(RULE, "---\nalwaysApply: true\nx: {a: 1, a: 2}\nalwaysApply: false\n---\nBody"), @r#"
    style
      alwaysApply: false
      x: {"a":2}
      .ruleType = "manual"
    Warning 3:1 duplicate-key: The key `a` stands here twice; the last one counts.
    Warning 4:1 duplicate-key: The key `alwaysApply` stands here twice; the last one counts.
    "#);
    assert_snapshot!(outcome(RULE, "---\nalwaysApply: true\nalwaysApply: false\n---\nBody"), @r#"
    style
      alwaysApply: false
      .ruleType = "manual"
    Warning 3:1 duplicate-key: The key `alwaysApply` stands here twice; the last one counts.
    "#);
    assert_snapshot!(outcome(RULE, "---\nalwaysApply: true\nglobs: *.a\nglobs: *.b\n---\nBody"), @r#"
    style
      alwaysApply: true
      globs: "*.b"
      .globPatterns = ["*.b"]
      .alwaysApply = true
      .ruleType = "always"
    Notice 3:8 not-yaml: The value of `globs` is not YAML: `*` cannot begin a value there. The rest of the line is taken, as Cursor does.
    Warning 4:1 duplicate-key: The key `globs` stands here twice; the last one counts.
    Notice 4:8 not-yaml: The value of `globs` is not YAML: `*` cannot begin a value there. The rest of the line is taken, as Cursor does.
    "#);
}

#[test]
fn a_comment_cuts_a_value() {
    assert_snapshot!(outcome(RULE, "---\ndescription: Fixes #12 and #13\n---\nBody"), @r#"
    style
      "Fixes"
      description: "Fixes"
      .ruleType = "agent-requested"
    Warning 2:1 value-cut-by-comment: The value of `description` is cut at ` #`, where YAML begins a comment.
    "#);
    assert!(codes(RULE, "---\ndescription: \"Fixes #12\" # quoted\n---\nBody").is_empty());
}

#[test]
fn flow_form_and_odd_values() {
    assert_snapshot!(outcome(RULE, "---\n{alwaysApply: true, n: 1.5, big: 99999999999999999999, inf: .inf, 1: x}\n---\nBody"), @r#"
    style
      alwaysApply: true
      n: 1.5
      big: "99999999999999999999"
      inf: "inf"
      1: "x"
      .alwaysApply = true
      .ruleType = "always"
    "#);
}

#[test]
fn aliases_are_resolved() {
    assert_snapshot!(outcome(RULE, "---\na: &x [1]\nb: *x\n---\nBody"), @r#"
    style
      a: [1]
      b: [1]
      .ruleType = "manual"
    "#);
}

#[test]
fn indented_keys() {
    assert_snapshot!(outcome(RULE, "---\n  description: a: b\n  alwaysApply: true\n---\nBody"), @r#"
    style
      "a: b"
      description: "a: b"
      alwaysApply: true
      .alwaysApply = true
      .ruleType = "always"
    Notice 2:16 not-yaml: The value of `description` is not YAML: it holds a colon and a space. The rest of the line is taken, as Cursor does.
    "#);
}

#[test]
fn misspelt_keys() {
    let text = "---\nglob: src/**\nalways_apply: true\nauthor: me\nDescription: x\n---\nBody";
    assert_snapshot!(outcome(RULE, text), @r#"
    style
      glob: "src/**"
      always_apply: true
      author: "me"
      Description: "x"
      .ruleType = "manual"
    Warning 2:1 misspelt-key: `glob` is not a key; `globs` is.
    Warning 3:1 misspelt-key: `always_apply` is not a key; `alwaysApply` is.
    Warning 5:1 misspelt-key: `Description` is not a key; `description` is.
    "#);
}

#[test]
fn titles() {
    let title = |text: &str| read(RULE, text).title;
    assert_eq!(title("text\n## Two ##\n# One"), Some("Two".to_owned()));
    assert_eq!(title("C#\n#tag\n# C#"), Some("C#".to_owned()));
    assert_eq!(title("Title\n====\n"), Some("Title".to_owned()));
    assert_eq!(title("```\n# no\n```"), None);
    assert_eq!(title("\n====\nText\n=\n===a\n####### seven\n#"), None);
    assert_eq!(title("A\n\n# C#\n====\n"), Some("C#".to_owned()));
    assert_eq!(title(&format!("# {}", "é".repeat(300))), Some("é".repeat(200)));
}

#[test]
fn a_ruler_before_prose_with_a_colon_opens_nothing() {
    for text in [
        "---\nNote well: this is prose.\n",
        "---\n\nhttps://x.y/z\n",
        "---\n- a: b\n",
        "---\nno colon\nkey: x\n",
        "---\n",
    ] {
        assert!(!codes(RULE, text).contains(&"frontmatter-unclosed".to_owned()), "{text:?}");
    }
    for text in ["---\nname: x\n", "---\n\n  \nname:x\n", "---\n\"name\": x", " \n---\nname:\n"] {
        assert!(codes(RULE, text).contains(&"frontmatter-unclosed".to_owned()), "{text:?}");
    }
}

#[test]
fn a_second_block_is_one_that_is_closed_and_has_keys() {
    let second = |body: &str| codes(RULE, &format!("---\nalwaysApply: true\n---\n{body}"));
    assert_eq!(second("---\nname: x\n---\nBody"), ["frontmatter-second-block"]);
    assert_eq!(second("\n \n---\nname: x\n---\nBody"), ["frontmatter-second-block"]);
    for body in ["---\nname: x\nBody", "---\nA sentence.\n---\nBody", "Text\n---\nname: x\n---\n"] {
        assert!(second(body).is_empty(), "{body:?}");
    }
}

#[test]
fn what_is_a_key_where_yaml_fails() {
    let keys = |lines: &str| {
        let parsed = read(RULE, &format!("---\nglobs: *.ts\n{lines}\n---\nBody"));
        parsed.frontmatter.keys().skip(1).cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys("\"a b\": c\n'd': e\nf-g_1:h\ni j: k"), ["a b", "d", "f-g_1", "i j"]);
    for line in
        ["# a: b", "- a: b", "[a: b", "{a: b", "*a: b", "> a: b", "`a: b", "http://a", "no colon", ": a", "a b:c"]
    {
        assert!(keys(line).is_empty(), "{line}");
    }
    assert!(keys(&format!("{}: a", "k".repeat(101))).is_empty());
    assert_eq!(keys(&format!("{}: a", "k".repeat(100))).len(), 1);
}

#[test]
fn a_value_that_is_no_yaml_is_what_cursor_would_see() {
    let value = |value: &str| {
        let parsed = read(RULE, &format!("---\nx:{value}\nglobs: *.ts\n---\nBody"));
        parsed.frontmatter.get("x").cloned()
    };
    assert_eq!(value("true"), Some(serde_json::json!(true)));
    assert_eq!(value("false"), Some(serde_json::json!(false)));
    assert_eq!(value("1"), Some(serde_json::json!("1")));
    assert_eq!(value(" @x  "), Some(serde_json::json!("@x")));
}

#[test]
fn blank_lines_and_comments_before_the_first_key_are_not_lost_lines() {
    assert_eq!(codes(RULE, "---\n# why\n\nglobs: *.ts\n---\nBody"), ["not-yaml"]);
}

#[test]
fn why_it_is_no_yaml() {
    let why = |line: &str| {
        let parsed = read(RULE, &format!("---\n{line}\nalwaysApply: true\n---\nBody"));
        let found = parsed.diagnostics.iter().find(|found| found.code == "not-yaml");
        found.and_then(|found| Some(found.message.split_once("is not YAML: ")?.1.split_once(". ")?.0.to_owned()))
    };
    assert_eq!(why("x:1").as_deref(), Some("no space follows the colon"));
    assert_eq!(why("x: a: b").as_deref(), Some("it holds a colon and a space"));
    // Whatever the library says, in its words.
    assert!(why("x: - a").is_some_and(|why| why != "no space follows the colon"));
    assert_eq!(read(RULE, "---\n@x:\nglobs: *.ts\n---\nBody").frontmatter["@x"], serde_json::Value::Null);
}

#[test]
fn an_underlined_title_and_its_blanks() {
    assert_eq!(read(RULE, "  Title \n ==== \n").title.as_deref(), Some("Title"));
    assert_eq!(read(RULE, "Text\n  \n====\n").title, None);
}

#[test]
fn why_a_value_is_no_yaml_is_told_in_plain_words() {
    let why = |value: &str| {
        let parsed = read(RULE, &format!("---\nx: {value}\nalwaysApply: true\n---\nBody"));
        let found = parsed.diagnostics.into_iter().find(|found| found.code == "not-yaml");
        found.and_then(|found| Some(found.message.split_once("is not YAML: ")?.1.split_once(". ")?.0.to_owned()))
    };
    for first in ["*a b", "&a *b", "!a b", "@a", "%a", "`a`"] {
        let said = format!("`{}` cannot begin a value there", &first[..1]);
        assert_eq!(why(first), Some(said), "{first}");
    }
    for quoted in ["\"a\" b", "'a' b"] {
        assert_eq!(why(quoted).as_deref(), Some("something follows the quotes, or they are never closed"), "{quoted}");
    }
    for open in ["[a", "{a"] {
        assert_eq!(why(open).as_deref(), Some("its brackets are not what YAML expects"), "{open}");
    }
}

#[test]
fn how_to_mend_what_is_no_yaml_depends_on_the_key() {
    let help = |line: &str| {
        let parsed = read(RULE, &format!("---\n{line}\nalwaysApply: true\n---\nBody"));
        parsed.diagnostics.into_iter().find(|found| found.code == "not-yaml").and_then(|found| found.help)
    };
    assert_eq!(help("globs: \"a\", b").as_deref(), Some("Write the patterns without quotes."));
    assert_eq!(help("globs: 'a', b").as_deref(), Some("Write the patterns without quotes."));
    assert!(help("globs: *.ts").is_some_and(|help| help.starts_with("Nothing to mend for Cursor")));
    assert!(help("x: *.ts").is_some_and(|help| help.starts_with("Put the value in quotes")));
}

#[test]
fn a_limit_that_is_passed_is_named() {
    let parsed = read(RULE, &format!("---\nx: {}\n---\nBody", "[".repeat(1001)));
    let found = parsed.diagnostics.iter().find(|found| found.code == "yaml-limit");
    assert!(found.is_some_and(|found| found.message.contains("too many brackets")), "{:?}", parsed.diagnostics);
}

#[test]
fn blank_lines_and_comments_below_a_value_are_no_more_lines_of_it() {
    assert!(codes(RULE, "---\ndescription: x\n\n  # why\nalwaysApply: false\n---\nBody").is_empty());
    assert_eq!(codes(RULE, "---\n  # only a comment\n---\nBody"), ["frontmatter-empty"]);
}

#[test]
fn a_frontmatter_of_the_largest_size_is_read() {
    let of_size = |size: usize| format!("---\nx: {}\n---\nBody", "y".repeat(size - "x: \n".len()));
    assert!(codes(RULE, &of_size(64 * 1024)).is_empty());
    assert_eq!(codes(RULE, &of_size(64 * 1024 + 1)), ["frontmatter-too-large"]);
}

#[test]
fn a_key_within_quotes_has_its_line() {
    for key in ["\"description\"", "'description'", "description "] {
        let parsed = read(RULE, &format!("---\nalwaysApply: false\n{key}: |\n  a\n  b\n---\nBody"));
        let found: Vec<(&str, u32)> = parsed.diagnostics.iter().map(|one| (one.code.as_str(), one.line)).collect();
        assert_eq!(found, [("multi-line-value", 3)], "{key}");
    }
}

#[test]
fn a_heading_may_be_indented_and_have_a_tab() {
    assert_eq!(read(RULE, "  #\tTitle").title.as_deref(), Some("Title"));
}

#[test]
fn what_a_comment_cuts_and_what_it_does_not() {
    for (value, is_cut) in [
        ("fixes #12", true),
        ("'a' # c", false),
        ("\"a\" # c", false),
        ("> # c", false),
        ("| # c", false),
        ("# c", false),
        ("&x text", false),
        ("a: b #c", false),
        ("a#b", false),
    ] {
        let found = codes(RULE, &format!("---\ndescription: {value}\nalwaysApply: true\n---\nBody"));
        assert_eq!(found.iter().any(|code| code == "value-cut-by-comment"), is_cut, "{value}: {found:?}");
    }
}

#[test]
fn texts_are_taken_without_blanks_and_numbers_as_written() {
    let description = |value: &str| read(RULE, &format!("---\ndescription: {value}\n---\nBody")).description;
    assert_eq!(description("\"  x y \"").as_deref(), Some("x y"));
    assert_eq!(description("\"   \""), None);
    assert_eq!(description("007 # agents").as_deref(), Some("007"));
    assert_eq!(description("1.50 # agents").as_deref(), Some("1.50"));
}

#[test]
fn keys_that_nearly_are_others() {
    for key in ["always-apply", "always apply", "always_apply", "AlwaysApply"] {
        assert_eq!(codes(RULE, &format!("---\n{key}: true\n---\nBody")), ["misspelt-key"], "{key}");
    }
}

#[test]
fn a_byte_order_mark_has_no_column() {
    let parsed = read(RULE, "\u{feff}a\0");
    assert_eq!(parsed.error().map(|error| error.code.as_str()), Some("nul-byte"));
    let found = parsed.diagnostics;
    let columns: Vec<(&str, u32)> = found.iter().map(|one| (one.code.as_str(), one.column)).collect();
    assert_eq!(columns, [("byte-order-mark", 1), ("nul-byte", 2)]);
}
