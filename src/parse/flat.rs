//! The form that nearly every frontmatter has, read without a YAML library: one key a line, and a plain value behind it.
//!
//! What is read here is what YAML would read, value by value; a test holds the two against each other. Whatever might be
//! something else to YAML is left to it: this reader is for speed alone, and may always say `None`.

use super::fence::Part;
use super::lines::Entry;
use super::yaml::{Duplicate, Mapping};
use serde_json::{Map, Value};

/// Larger ones could go beyond the bounds that `yaml` sets, and have time.
const MAX_BYTES: usize = 8 * 1024;

/// The mapping that `block` is; `entries` are its lines.
pub fn read(block: Part<'_>, entries: &[Entry<'_>]) -> Option<Mapping> {
    let first = entries.first()?;
    let begins_with_a_key = first.line == block.first_line && first.column == 1;
    if block.text.len() > MAX_BYTES || !begins_with_a_key || !is_plain(block.text) {
        return None;
    }
    let mut mapping = Mapping { values: Map::with_capacity(entries.len()), ..Mapping::default() };
    for entry in entries {
        let value = value_of(entry)?;
        if mapping.values.insert(entry.key.to_owned(), value).is_some() {
            mapping.duplicates.push(Duplicate { key: entry.key.to_owned(), below: None });
        }
    }
    Some(mapping)
}

/// Whether all is printed, and nothing but the line feed breaks a line: YAML refuses the one, and splits lines at the other.
fn is_plain(text: &str) -> bool {
    // Without a branch for each byte, this is one comparison for many of them.
    let is_plain_ascii = text.bytes().fold(true, |all, byte| all & (matches!(byte, b' '..=b'~') | (byte == b'\n')));
    is_plain_ascii || text.chars().all(is_plain_character)
}

fn is_plain_character(c: char) -> bool {
    let breaks = matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{ffff}') && !breaks
}

fn value_of(entry: &Entry<'_>) -> Option<Value> {
    let behind_key = entry.text.strip_prefix(entry.key)?.strip_prefix(':')?;
    let (first, others) = behind_key.split_once('\n').unwrap_or((behind_key, ""));
    if !is_key(entry.key) || !others.bytes().all(|byte| matches!(byte, b'\n' | b' ')) {
        return None;
    }
    let written = first.trim_matches(' ');
    if written.is_empty() {
        return Some(Value::Null);
    }
    let list = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let value = if first.starts_with(' ') { list.map_or_else(|| scalar(written), items) } else { None };
    value.filter(|_| written == entry.rest)
}

fn is_key(key: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.bytes().all(is_word) && !is_special(key)
}

/// `["a", 'b', c]`, and nothing within that could be a list or a mapping itself.
fn items(list: &str) -> Option<Value> {
    let mut items = Vec::new();
    for item in list.split(',') {
        let item = item.trim_matches(' ');
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'*');
        let is_quoted = item.starts_with(['"', '\'']);
        items.push(scalar(item).filter(|_| is_quoted || item.bytes().all(is_word))?);
    }
    Some(Value::Array(items))
}

fn scalar(text: &str) -> Option<Value> {
    match text.chars().next()? {
        quote @ ('"' | '\'') => quoted(text, quote),
        _ => plain(text),
    }
}

/// Without an escape, nor anything behind the quotes.
fn quoted(text: &str, quote: char) -> Option<Value> {
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains([quote, '\\'])).then(|| inner.into())
}

/// A text that begins with a letter can be a word of YAML's own, but neither a number nor a mark.
fn plain(text: &str) -> Option<Value> {
    match text {
        "true" => return Some(Value::Bool(true)),
        "false" => return Some(Value::Bool(false)),
        _ => {}
    }
    let begins = text.starts_with(|c: char| c.is_alphabetic() || c == '/');
    let is_cut = text.ends_with(':') || text.contains(": ") || text.contains(" #");
    (begins && !is_cut && !is_special(text)).then(|| text.into())
}

/// What some YAML takes for no text.
fn is_special(text: &str) -> bool {
    let special = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    special.iter().any(|word| text.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{lines, yaml};
    use proptest::prelude::*;

    fn flat(text: &str) -> Option<Mapping> {
        let block = Part { text, first_line: 2 };
        read(block, &lines::entries(block))
    }

    #[test]
    fn what_people_write_is_flat() {
        let text = "name: code-reviewer\ndescription: Looks (closely), at C# code\nglobs: [\"**/*.ts\", 'a b', src/x, a_b-c]\n\
            alwaysApply: false\nreadonly: true\nmodel: \"a: #b\"\nempty:\n\ntitle: Prüft — 测试。\n";
        let values = flat(text).expect("read").values;
        assert_eq!(values, yaml::read(text).expect("YAML").values);
        assert_eq!(values.len(), 8);
    }

    #[test]
    fn a_key_that_comes_twice_is_told() {
        let mapping = flat("a: b\nc: d\na: e\n").expect("read");
        assert_eq!(mapping.duplicates, [Duplicate { key: "a".into(), below: None }]);
        assert_eq!(mapping.values["a"], "e");
    }

    #[test]
    fn what_may_be_something_else_is_left_to_yaml() {
        for text in [
            "a: *.ts",
            "a: 1",
            "a: 1.5e3",
            "a: null",
            "a: ~",
            "a: True",
            "a: x: y",
            "a: x #y",
            "a: 'it''s'",
            "a: \"\\n\"",
            "a: [",
            "a: [[b]]",
            "a: [b: c]",
            "a: [,]",
            "a: {b: c}",
            "a: >-\n  b",
            "a: b\n  c",
            "a:\n  - b",
            "a:b",
            " a: b",
            "? a",
            "1: b",
            "true: b",
            "a: b\tc",
            "a: b\u{85}c",
            "a: b\u{2028}c",
            "a: b\u{2029}c",
            "a: b\u{feff}c",
            "a: b\u{fffe}c",
            "a: b:",
            "a: b\u{ffff}c",
            "a: b\u{a0}",
            "a: b\r\n",
            "\"a\": b",
            "a: &x b",
            "a: !t b",
            "a: @b",
            "a: - b",
            "a : b",
            "a:/\na: b",
            "\na: b",
        ] {
            assert!(flat(text).is_none(), "{text:?}");
        }
    }

    /// Lines near the form, so that many are read and many nearly are.
    fn blocks() -> impl Strategy<Value = String> {
        let key =
            prop::sample::select(vec!["a", "b", "name", "globs", "x-y", "null", "no", "", " a", "\"a\"", "1", "é"]);
        let colon = prop::sample::select(vec![": ", ":", ":  ", " : "]);
        let piece = prop::sample::select(vec![
            "a", "b c", "true", "false", "null", "no", "12", ".5", "-", "*", "&a", "!", "\"", "'", "[", "]", "{", "}",
            ", ", ",", ":", ": ", "#", " #", "\\", "/", "é", "测", "\u{a0}", "\u{3000}", "\u{85}", "\u{2028}",
            "\u{feff}", "😀", "\t", "|", ">", "%", "@", "`", "?", "---", "\r", " ", "=", "<<", "~", "\u{7f}", "\0",
            "0x1", "inf", "e5", "+1", "_", "(",
        ]);
        let value = prop_oneof![
            prop::collection::vec(piece.clone(), 0..5).prop_map(|pieces| pieces.concat()),
            prop::collection::vec(piece.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(", "))),
            piece.prop_map(|piece| format!("\"{piece}\"")),
            "[a-z ]{0,6}".prop_map(|text| text),
        ];
        let end = prop::sample::select(vec![
            "\n", "\n", "\n", "\n\n", " \n", "\n  \n", "\n# c\n", "\n  d\n", "\r\n", "\n...\n", "\n---\n",
        ]);
        let line = (key, colon, value, end).prop_map(|(key, colon, value, end)| format!("{key}{colon}{value}{end}"));
        prop::collection::vec(line, 0..5).prop_map(|lines| lines.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn what_is_read_is_what_yaml_reads(text in blocks()) {
            if let Some(flat) = flat(&text) {
                let yaml = yaml::read(&text);
                prop_assert!(yaml.is_ok(), "{text:?}: {yaml:?}");
                let yaml = yaml.expect("checked");
                prop_assert!(flat.values.iter().eq(yaml.values.iter()), "{text:?}: {flat:?} {yaml:?}");
                prop_assert_eq!(flat.duplicates, yaml.duplicates);
                prop_assert!(!yaml.had_nul);
            }
        }
    }
}
