//! What a file may be made of: encodings, line ends, sizes.

use super::{codes, outcome, outcome_of, read, read_bytes};
use crate::model::Location;
use crate::parse::{MAX_FILE_BYTES, parse, too_large};
use insta::assert_snapshot;

const RULE: &str = ".cursor/rules/style.mdc";

#[test]
fn byte_order_mark() {
    let text = "\u{feff}---\nalwaysApply: true\n---\nBody";
    assert_snapshot!(outcome(RULE, text), @r#"
    style
      alwaysApply: true
      .alwaysApply = true
      .ruleType = "always"
    Notice 1:1 byte-order-mark: The file begins with a byte order mark.
    "#);
    assert_eq!(read(RULE, text).content, text);
}

#[test]
fn carriage_returns() {
    assert_snapshot!(outcome(RULE, "---\r\nglobs: *.ts\r\nalwaysApply: false\r\n---\r\n# Style\r\n"), @r#"
    style # Style
      globs: "*.ts"
      alwaysApply: false
      .globPatterns = ["*.ts"]
      .ruleType = "auto-attached"
    Notice 2:8 not-yaml: The value of `globs` is not YAML: `*` cannot begin a value there. The rest of the line is taken, as Cursor does.
    "#);
    assert_snapshot!(outcome(RULE, "Body\rmore\n"), @r#"
    style
      .ruleType = "manual"
    Notice 1:5 lone-carriage-return: A carriage return without a line feed stands here; it is not taken for the end of a line.
    "#);
}

#[test]
fn not_utf_8() {
    let parsed = read_bytes(RULE, b"---\nalwaysApply: true\n---\nna\xefve");
    assert_snapshot!(outcome_of(&parsed), @r"
    style
    Error 4:3 not-utf-8: The file is not UTF-8 text from here on.
    ");
    assert_eq!(parsed.content, "---\nalwaysApply: true\n---\nna\u{fffd}ve");
    assert_snapshot!(outcome_of(&read_bytes(RULE, b"\xff\xfea\0b\0")), @r"
    style
    Error 1:1 not-utf-8: The file is not UTF-8 text from here on.
    Error 1:4 nul-byte: The file holds a NUL byte: it is no text.
    ");
}

#[test]
fn nul() {
    let parsed = read(RULE, "a\nb\0c");
    assert_snapshot!(outcome_of(&parsed), @r"
    style
    Error 2:2 nul-byte: The file holds a NUL byte: it is no text.
    ");
    assert!(!parsed.content.contains('\0'));
}

#[test]
fn nul_behind_an_escape() {
    let parsed = read(RULE, "---\ndescription: \"a\\0b\"\nx: {\"k\\0\": 1}\n---\nBody");
    assert_snapshot!(outcome_of(&parsed), @r#"
    style
      "a�b"
      description: "a�b"
      x: {"k�":1}
      .ruleType = "agent-requested"
    Warning 1:1 nul-in-value: A value holds a NUL character; it was replaced.
    "#);
}

#[test]
fn invisible_characters() {
    assert_snapshot!(outcome(RULE, "Be good.\nBe \u{202e}evil\u{202c}.\n"), @r#"
    style
      .ruleType = "manual"
    Warning 2:4 hidden-characters: Invisible characters stand in the file (2); the first is U+202E.
    "#);
    // Emoji and Persian are written with joiners.
    assert!(codes(RULE, "👩\u{200d}💻 می\u{200c}خواهم").is_empty());
}

#[test]
fn too_large_is_the_same_read_or_not() {
    let size = MAX_FILE_BYTES + 1;
    let location = Location::of(RULE).expect("a rule");
    let read = parse(&location, &vec![b'x'; usize::try_from(size).expect("fits")], &[]);
    assert_eq!(read, too_large(&location, size));
    assert_snapshot!(outcome_of(&read), @r"
    style
    Error 1:1 file-too-large: The file has 1048577 bytes; definitions are read up to 1048576 bytes.
    ");
    assert!(parse(&location, &vec![b'x'; 1024 * 1024], &[]).error().is_none());
}

#[test]
fn nothing_in_it() {
    assert_snapshot!(outcome(RULE, ""), @r#"
    style
      .ruleType = "manual"
    Warning 1:1 empty-body: There is no text in the file.
    "#);
    assert_snapshot!(outcome(RULE, "---\nalwaysApply: true\n---\n"), @r#"
    style
      alwaysApply: true
      .alwaysApply = true
      .ruleType = "always"
    Warning 4:1 empty-body: There is no text in the file.
    "#);
}

#[test]
fn blanks_are_no_text() {
    assert_eq!(codes(RULE, "---\nalwaysApply: true\n---\n \n\t\n"), ["empty-body"]);
}

#[test]
fn lines_are_counted() {
    assert_eq!(read(RULE, "").line_count, 0);
    assert_eq!(read(RULE, "a").line_count, 1);
    assert_eq!(read(RULE, "a\n").line_count, 1);
    assert_eq!(read(RULE, "a\n\nb").line_count, 3);
}

#[test]
fn every_character_that_hides() {
    for c in "\u{200b}\u{2060}\u{2064}\u{202a}\u{202e}\u{2066}\u{2069}\u{feff}\u{e0000}\u{e007f}".chars() {
        assert_eq!(codes(RULE, &format!("a{c}b")), ["hidden-characters"], "{c:?}");
        assert_eq!(codes(&format!(".cursor/rules/a{c}b.mdc"), "x")[0], "hidden-characters", "{c:?}");
    }
    for c in "\u{200c}\u{200d}\u{200e}\u{2065}\u{2014}\u{2018}\u{ff21}\u{e0080}\u{e0100}".chars() {
        assert!(codes(RULE, &format!("a{c}b")).is_empty(), "{c:?}");
    }
    for c in "\u{ad}\u{61c}\u{180e}\u{200c}\u{200f}\u{2065}\u{206f}".chars() {
        assert_eq!(codes(&format!(".cursor/rules/a{c}b.mdc"), "x")[0], "hidden-characters", "{c:?}");
        assert_eq!(read(&format!(".cursor/rules/a{c}b.mdc"), "x").name, "ab", "{c:?}");
    }
}
