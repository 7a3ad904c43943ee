//! Calls: `subagent_type: reviewer`, and `/command`, which also starts skills and agents.

use super::collector::{Collector, Found};
use super::name::name_at;
use crate::model::{Kind, ReferenceKind};
use crate::parse::marked::{MarkedLine, SUBAGENT};
use crate::parse::marks::Mark;

pub fn find_subagents<'t>(line: MarkedLine<'t, '_>, collector: &mut Collector<'t>) {
    for at in line.places(Mark::SUBAGENT) {
        if let Some(name) = assigned(line.text.get(at + SUBAGENT.len()..).unwrap_or_default()) {
            add(name, Some(Kind::Agent), line.number, collector);
        }
    }
}

pub fn find<'t>(line: MarkedLine<'t, '_>, collector: &mut Collector<'t>) {
    for at in line.places(Mark::SLASH) {
        if let Some(name) = slash_name(line.text, at) {
            add(name, None, line.number, collector);
        }
    }
}

fn add<'t>(name: &'t str, target_kind: Option<Kind>, line: u32, collector: &mut Collector<'t>) {
    collector.add(Found { kind: ReferenceKind::Call, target_kind, target: name.into(), line });
}

/// `: "reviewer"`, `=reviewer`, `` ` = `reviewer` ``
fn assigned(behind: &str) -> Option<&str> {
    let value = behind.trim_start_matches(['"', '\'', '`', '*', ' ', ':', '=']);
    let between = behind.get(..behind.len() - value.len())?;
    between.contains([':', '=']).then(|| name_at(value)).flatten().filter(|name| is_name(name))
}

/// The name behind a slash that begins a word. Paths (`/a/b`, `/a.md`), tags (`</a>`) and fractions are none.
fn slash_name(text: &str, at: usize) -> Option<&str> {
    if !begins(text.get(..at)?) {
        return None;
    }
    let name = name_at(text.get(at + 1..)?).filter(|name| is_name(name))?;
    ends(text.get(at + 1 + name.len()..)?).then_some(name)
}

/// `**/x**` is a call in bold, `src/**/x` a pattern.
fn begins(before: &str) -> bool {
    let opens = |c| matches!(c, '`' | '"' | '\'' | '(' | '[' | '{' | '|' | ',' | '→' | '“' | '‘' | '（' | '、' | '：');
    if before.as_bytes().last().is_some_and(u8::is_ascii_alphanumeric) {
        return false;
    }
    before.trim_end_matches('*').chars().next_back().is_none_or(|c| c.is_whitespace() || opens(c))
}

fn ends(behind: &str) -> bool {
    let mut after = behind.chars();
    match after.next() {
        Some('.') => after.next().is_none_or(|c| !c.is_alphanumeric() && c != '.'),
        Some('?') => after.next().is_none(),
        Some(c) => !matches!(c, '/' | '<' | '{' | '=' | '&' | '\\' | '~' | '$'),
        None => true,
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase()) && !word.ends_with('-')
}
