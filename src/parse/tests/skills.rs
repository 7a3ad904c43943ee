//! Skills: the open format, Cursor's keys, and the files beside them.

use super::{codes, outcome, outcome_of, read};
use crate::model::{BlobSha, Location, SupportFile};
use crate::parse::parse;
use insta::assert_snapshot;

const SKILL: &str = ".cursor/skills/shipping/land-it/SKILL.md";

#[test]
fn everything_set() {
    let text = "---\nname: land-it\ndescription: Lands\npaths: src/**, docs/{a,b}/**\ndisable-model-invocation: true\n\
        license: MIT\ncompatibility: git\nallowed-tools: Read Bash(git:*)\nmetadata:\n  author: me\n---\nBody";
    assert_snapshot!(outcome(SKILL, text), @r#"
    land-it
      "Lands"
      name: "land-it"
      description: "Lands"
      paths: "src/**, docs/{a,b}/**"
      disable-model-invocation: true
      license: "MIT"
      compatibility: "git"
      allowed-tools: "Read Bash(git:*)"
      metadata: {"author":"me"}
      .disableModelInvocation = true
      .paths = ["src/**","docs/{a,b}/**"]
      .license = "MIT"
      .compatibility = "git"
      .allowedTools = ["Read","Bash(git:*)"]
      .metadata = {"author":"me"}
    "#);
}

#[test]
fn support_files() {
    let file = SupportFile { path: "scripts/a.py".to_owned(), blob: BlobSha::of_bytes(b"x"), size: 1 };
    let location = Location::of(SKILL).expect("a skill");
    let parsed = parse(&location, b"---\nname: land-it\ndescription: Lands\n---\nBody", &[file]);
    assert_snapshot!(outcome_of(&parsed), @r#"
    land-it
      "Lands"
      name: "land-it"
      description: "Lands"
      .supportFiles = [{"path":"scripts/a.py","blob":"c1b0730e0133447badcfd47fd144e254807b06e1","size":1}]
    "#);
}

#[test]
fn no_frontmatter() {
    assert_snapshot!(outcome(SKILL, "# Land it"), @r"
    land-it # Land it
    Warning 1:1 description-missing: The skill has no description, so Cursor cannot tell when to use it.
    ");
}

#[test]
fn a_name_unlike_the_folder() {
    assert_snapshot!(outcome(SKILL, "---\nname: fly\ndescription: x\n---\nBody"), @r#"
    fly
      "x"
      name: "fly"
      description: "x"
    Warning 2:1 skill-name-mismatch: The skill is named `fly`, but its folder `land-it`.
    "#);
}

#[test]
fn names_against_the_format() {
    for name in ["-land", "land-", "land--it", &"a".repeat(65)] {
        let text = format!("---\nname: {name}\ndescription: x\n---\nBody");
        assert_eq!(codes(SKILL, &text), ["skill-name-form"]);
        assert_eq!(read(SKILL, &text).name, name);
    }
}

#[test]
fn a_name_that_cannot_be_used_is_one_finding() {
    assert_eq!(codes(SKILL, "---\nname: Land It\ndescription: x\n---\nBody"), ["name-not-kebab-case"]);
}

#[test]
fn texts_that_are_too_long() {
    let text =
        format!("---\nname: land-it\ndescription: {}\ncompatibility: {}\n---\nBody", "é".repeat(1025), "é".repeat(501));
    assert_eq!(codes(SKILL, &text), ["description-too-long", "compatibility-too-long"]);
    let text =
        format!("---\nname: land-it\ndescription: {}\ncompatibility: {}\n---\nBody", "é".repeat(1024), "é".repeat(500));
    assert!(codes(SKILL, &text).is_empty());
}

#[test]
fn compatibility_as_a_list_of_mappings() {
    assert_snapshot!(outcome(SKILL, "---\nname: land-it\ndescription: x\ncompatibility:\n  - cursor: 3\n---\nBody"), @r#"
    land-it
      "x"
      name: "land-it"
      description: "x"
      compatibility: [{"cursor":3}]
      .compatibility = [{"cursor":3}]
    "#);
}

#[test]
fn blanks_do_not_count() {
    let text = format!(
        "---\nname: \" land-it \"\ndescription: \"{}  \"\nallowed-tools: \"a  b,,c\"\n---\nBody",
        "é".repeat(1024)
    );
    assert!(codes(SKILL, &text).is_empty());
    assert_eq!(read(SKILL, &text).attributes["allowedTools"], serde_json::json!(["a", "b", "c"]));
}

#[test]
fn the_longest_name_and_tools_at_any_blank() {
    let name = "a".repeat(64);
    let skill = |name: &str, more: &str| {
        let path = format!(".cursor/skills/{}/SKILL.md", name.trim_matches(['"', ' ']));
        read(&path, &format!("---\nname: {name}\ndescription: Lands.\n{more}---\nBody"))
    };
    assert!(skill(&name, "").diagnostics.is_empty());
    assert!(skill("\" land \"", "").diagnostics.is_empty(), "{:?}", skill("\" land \"", "").diagnostics);
    let codes: Vec<String> = skill(&format!("{name}a"), "").diagnostics.into_iter().map(|one| one.code).collect();
    assert_eq!(codes, ["skill-name-form"]);
    for tools in ["\"Read\\tWrite\"", "Read, Write", "|\n  Read\n  Write"] {
        let parsed = skill("land", &format!("allowed-tools: {tools}\n"));
        assert_eq!(parsed.attributes["allowedTools"], serde_json::json!(["Read", "Write"]), "{tools}");
    }
}
