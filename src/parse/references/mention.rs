//! Mentions: names in backticks, and `@rule-name`. Each is a candidate; `resolve` drops what no definition is called.

use super::code_span::CodeSpan;
use super::collector::{Collector, Found};
use super::name::name_at;
use crate::model::{Kind, ReferenceKind};
use crate::parse::marked::MarkedLine;
use crate::parse::marks::Mark;

/// `` `reviewer` ``
pub fn find<'t>(line: MarkedLine<'t, '_>, spans: &[CodeSpan<'t>], collector: &mut Collector<'t>) {
    for span in spans.iter().filter(|span| is_name(span.text)) {
        let target_kind = kind_behind(line.text, span.after).or_else(|| kind_before(line.text, span.before));
        add(span.text, target_kind, line.number, collector);
    }
}

/// `@rule-name`
pub fn find_rules<'t>(line: MarkedLine<'t, '_>, collector: &mut Collector<'t>) {
    for at in line.places(Mark::AT) {
        if let Some(name) = at_name(line.text, at) {
            add(name, None, line.number, collector);
        }
    }
}

fn add<'t>(name: &'t str, target_kind: Option<Kind>, line: u32, collector: &mut Collector<'t>) {
    collector.add(Found { kind: ReferenceKind::Mention, target_kind, target: name.into(), line });
}

fn is_name(text: &str) -> bool {
    let is_whole = name_at(text).is_some_and(|name| name.len() == text.len());
    is_whole && !text.starts_with('-') && !text.ends_with('-')
}

/// A hyphen tells a name from a decorator (`@param`) or a handle, what follows from an npm scope (`@a-b/core`).
fn at_name(text: &str, at: usize) -> Option<&str> {
    let name = name_at(text.get(at + 1..)?).filter(|name| name.contains('-') && is_name(name))?;
    let before = text.get(..at)?.chars().next_back();
    let begins = before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '/' | '@' | '.' | '-' | '_'));
    let rest = text.get(at + 1 + name.len()..)?;
    let ends = !rest.starts_with(['/', '(', '@', ':']) && !continues(rest);
    (begins && ends).then_some(name)
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
    kind_word(rest.rsplit(|c: char| !c.is_alphanumeric() && c != '-').next()?)
}

fn kind_word(word: &str) -> Option<Kind> {
    let is = |kind: &Kind| word.eq_ignore_ascii_case(kind.as_str());
    let is_agent = || word.eq_ignore_ascii_case("subagent") || word.eq_ignore_ascii_case("sub-agent");
    Kind::ALL.into_iter().find(is).or_else(|| is_agent().then_some(Kind::Agent))
}
