//! Mentions: names in backticks, and `@rule-name`. Each is a candidate; `resolve` drops what no definition is called.

use super::code_span::CodeSpan;
use super::collector::Collector;
use crate::model::name::{MAX_NAME_BYTES, is_kebab_case};
use crate::model::{Kind, Reference, ReferenceKind};
use crate::parse::body::Line;

pub fn find(line: Line<'_>, spans: &[CodeSpan<'_>], collector: &mut Collector<'_>) {
    for span in spans.iter().filter(|span| is_name(span.text)) {
        let target_kind = kind_behind(line.text, span.after).or_else(|| kind_before(line.text, span.before));
        add(span.text, target_kind, line.number, collector);
    }
    for (at, _) in line.text.match_indices('@') {
        if let Some(name) = at_name(line.text, at) {
            add(name, None, line.number, collector);
        }
    }
}

fn add(name: &str, target_kind: Option<Kind>, line: u32, collector: &mut Collector<'_>) {
    let target = name.to_owned();
    collector.add(Reference { kind: ReferenceKind::Mention, target_kind, target, line });
}

fn is_name(text: &str) -> bool {
    let bounded = (2..=MAX_NAME_BYTES).contains(&text.len());
    bounded && is_kebab_case(text) && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && !text.ends_with('-')
}

/// A hyphen tells a name from a decorator (`@param`) or a handle, what follows from an npm scope (`@a-b/core`).
fn at_name(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?.chars().next_back();
    let behind = text.get(at + 1..)?;
    let end = behind.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_')).unwrap_or(behind.len());
    let (name, rest) = behind.split_at_checked(end)?;
    let begins = before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '/' | '@' | '.' | '-' | '_'));
    let ends = !rest.starts_with(['/', '(', '@', ':']) && !continues(rest);
    (begins && ends && name.contains('-') && is_name(name)).then_some(name)
}

/// `.md` goes on, the full stop of a sentence does not.
fn continues(rest: &str) -> bool {
    rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
}

/// `` `reviewer` agent ``
fn kind_behind(line: &str, after: usize) -> Option<Kind> {
    let rest = line.get(after..)?.trim_start_matches(['*', '_', '"', ')']);
    let rest = rest.strip_prefix(' ')?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '-').unwrap_or(rest.len());
    kind_word(rest.get(..end)?)
}

/// `` agent `reviewer` ``, `` Skill: `land-it` ``
fn kind_before(line: &str, before: usize) -> Option<Kind> {
    let rest = line.get(..before)?.trim_end_matches([' ', ':', '*', '_', '"', '(']);
    let start = rest.rfind(|c: char| !c.is_alphanumeric() && c != '-').map_or(0, |at| at + 1);
    kind_word(rest.get(start..)?)
}

fn kind_word(word: &str) -> Option<Kind> {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "subagent" | "sub-agent" => Some(Kind::Agent),
        word => Kind::from_text(word),
    }
}
