//! Input made to hurt: each is read in bounded time, without a panic, and says what is wrong.

use super::{codes, read, read_bytes};
use std::time::{Duration, Instant};

const RULE: &str = ".cursor/rules/style.mdc";
/// Far above what a slow machine needs in a debug build, far below what anything quadratic takes.
const SOON: Duration = Duration::from_secs(5);

fn in_frontmatter(text: &str) -> String {
    format!("---\n{text}\n---\nBody")
}

fn read_soon(text: &str) -> Vec<String> {
    let start = Instant::now();
    let found = codes(RULE, text);
    assert!(start.elapsed() < SOON, "{:.40} took {:?}", text, start.elapsed());
    found
}

#[test]
fn an_alias_bomb() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let before = format!("*a{},", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    let found = read_soon(&in_frontmatter(&bomb));
    assert!(found.contains(&"yaml-limit".to_owned()), "{found:?}");
}

#[test]
fn long_texts_repeated_by_aliases() {
    let text = format!("a: &a {}\nb: [{}]", "x".repeat(30_000), "*a,".repeat(900));
    assert!(read_soon(&in_frontmatter(&text)).contains(&"yaml-limit".to_owned()));
}

#[test]
fn ten_thousand_levels() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")] {
        let text = format!("x:\n  {}1{}", open.repeat(10_000), close.repeat(10_000));
        read_soon(&in_frontmatter(&text));
    }
    let steps: String = (0..300).map(|depth| format!("{}k:\n", " ".repeat(depth))).collect();
    assert!(read_soon(&in_frontmatter(&steps)).contains(&"yaml-limit".to_owned()));
}

#[test]
fn brackets_in_many_places() {
    for text in ["[".repeat(900), "a: [".repeat(900), "{".repeat(900), "\"a\": ".repeat(10_000), "a: \"".repeat(10_000)]
    {
        read_soon(&in_frontmatter(&text));
    }
}

#[test]
fn a_hundred_thousand_keys() {
    let keys: String = (0..100_000).map(|number| format!("{number}: *\n")).collect();
    assert_eq!(read_soon(&in_frontmatter(&keys)), ["frontmatter-too-large"]);
    let keys: String = (0..8_000).map(|number| format!("k{number}:\n")).collect();
    assert!(read_soon(&in_frontmatter(&keys)).is_empty());
    let keys: String = (0..6_000).map(|number| format!("k{number}: *\n")).collect();
    assert!(read_soon(&in_frontmatter(&keys)).contains(&"more-findings".to_owned()));
}

#[test]
fn a_line_of_25_mb() {
    assert_eq!(read_soon(&"x".repeat(25_000_000)), ["file-too-large"]);
}

#[test]
fn long_lines_of_what_references_are_made_of() {
    let size = 256 * 1024;
    for piece in [
        "](",
        "](a",
        "[",
        "[]:",
        "`",
        "`a`",
        "``a` ",
        "@",
        "@a",
        "@a-b ",
        "/",
        "/a",
        " /aa",
        ".cursor/",
        "../.cursor/rules/a.mdc ",
        "subagent_type",
        "subagent_type:",
        "subagent_type=a",
        "#",
        "# ",
        "=",
        "```\n",
        "~~~\n",
        "> ",
        "%",
        "](%25",
        "a\n",
        "- ",
    ] {
        read_soon(&piece.repeat(size / piece.len()));
        let every_other = format!("{piece}{}", "`a-b` /c-d ".repeat(1000));
        read_soon(&every_other.repeat(size / every_other.len()));
    }
}

#[test]
fn more_references_than_anyone_writes() {
    let many: String = (0..10_000).map(|number| format!("/call-{number} `name-{number}`\n")).collect();
    let parsed = read(RULE, &many);
    assert_eq!(parsed.references.len(), 600);
    assert_eq!(
        parsed.diagnostics.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>(),
        ["too-many-references"]
    );
    let mentions: String = (0..1000).map(|number| format!("`name-{number}`\n")).collect();
    let parsed = read(RULE, &mentions);
    assert_eq!((parsed.references.len(), parsed.diagnostics.len()), (300, 0), "most words in backticks name nothing");
}

#[test]
fn binary() {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    assert!(read_bytes(RULE, &bytes).error().is_some());
}
