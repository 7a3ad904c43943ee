//! Calls: `subagent_type: reviewer`, and `/command`, which also starts skills and agents.

use super::collector::Collector;
use crate::model::name::{MAX_NAME_BYTES, is_kebab_case};
use crate::model::{Kind, Reference, ReferenceKind};
use crate::parse::body::Line;

const SUBAGENT: &str = "subagent_type";

pub fn find(line: Line<'_>, collector: &mut Collector<'_>) {
    for (at, _) in line.text.match_indices(SUBAGENT) {
        if let Some(name) = assigned(line.text.get(at + SUBAGENT.len()..).unwrap_or_default()) {
            add(name, Some(Kind::Agent), line.number, collector);
        }
    }
    for (at, _) in line.text.match_indices('/') {
        if let Some(name) = slash_name(line.text, at) {
            add(name, None, line.number, collector);
        }
    }
}

fn add(name: &str, target_kind: Option<Kind>, line: u32, collector: &mut Collector<'_>) {
    let target = name.to_owned();
    collector.add(Reference { kind: ReferenceKind::Call, target_kind, target, line });
}

/// `: "reviewer"`, `=reviewer`, `` ` = `reviewer` ``
fn assigned(behind: &str) -> Option<&str> {
    let value = behind.trim_start_matches(['"', '\'', '`', '*', ' ', ':', '=']);
    let between = behind.get(..behind.len() - value.len())?;
    // The word is read only where it counts: a long line would be read again for each `subagent_type` in it.
    between.contains([':', '=']).then(|| word(value)).filter(|name| is_name(name))
}

/// The name behind a slash that begins a word. Paths (`/a/b`, `/a.md`), tags (`</a>`) and fractions are none.
fn slash_name(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?;
    // `**/x**` is a call in bold, `src/**/x` a pattern.
    let before = before.trim_end_matches('*').chars().next_back();
    let begins = before.is_none_or(|c| c.is_whitespace() || "`\"'([{|,→“‘（、：".contains(c));
    let name = word(text.get(at + 1..)?);
    if !begins || !is_name(name) {
        return None;
    }
    let mut after = text.get(at + 1 + name.len()..)?.chars();
    let ends = match after.next() {
        Some('.') => after.next().is_none_or(|c| !c.is_alphanumeric() && c != '.'),
        Some(c) => {
            !matches!(c, '/' | '<' | '{' | '=' | '&' | '?' | '\\' | '~' | '$') || c == '?' && after.next().is_none()
        }
        None => true,
    };
    ends.then_some(name)
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

fn is_name(word: &str) -> bool {
    let bounded = (2..=MAX_NAME_BYTES).contains(&word.len());
    bounded && is_kebab_case(word) && word.starts_with(|c: char| c.is_ascii_lowercase()) && !word.ends_with('-')
}
