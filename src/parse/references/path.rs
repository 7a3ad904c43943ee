//! Paths in the text: `.cursor/rules/x.mdc`, `@docs/x.mdc`; and what a path of a link means from the root.

use super::collector::{Collector, Found};
use crate::model::location::place;
use crate::model::{Kind, Location, Place, ReferenceKind};
use crate::parse::marked::MarkedLine;
use crate::parse::marks::Mark;
use std::borrow::Cow;

const CURSOR: &str = ".cursor/";
const MAX_PATH_BYTES: usize = 512;

/// Finds the `.cursor/…` paths of one line.
pub fn find<'t>(line: MarkedLine<'t, '_>, collector: &mut Collector<'t>) {
    let mut end = 0;
    let begins = |slash: usize| line.text.get(..=slash)?.strip_suffix(CURSOR).map(str::len);
    for at in line.places(Mark::SLASH).filter_map(begins).filter(|at| may_begin_anywhere(line.text, *at)) {
        if at < end {
            continue;
        }
        let start = at - run_before(line.text.get(end..at).unwrap_or_default());
        let run = run_of(line.text.get(start..).unwrap_or_default());
        end = start + run.len();
        if !is_pattern(line.text, start, end) {
            add_written(run, line.number, collector);
        }
    }
}

/// Finds the `@file`s of one line.
pub fn find_files<'t>(line: MarkedLine<'t, '_>, collector: &mut Collector<'t>) {
    for at in line.places(Mark::AT).filter(|at| begins_word(line.text, *at)) {
        let start = at + 1;
        let run = run_of(line.text.get(start..).unwrap_or_default());
        if !run.contains(CURSOR) && !is_pattern(line.text, start, start + run.len()) {
            add_file(run.trim_end_matches('.'), line.number, collector);
        }
    }
}

/// Adds a link to what is, by its path, a definition or a file of a skill. Other files are not ours.
pub fn add<'t>(path: Cow<'t, str>, line: u32, collector: &mut Collector<'t>) {
    let kind = match place(&path) {
        Place::Definition(location) => location.kind,
        Place::SkillFile => Kind::Skill,
        Place::Settings | Place::Ignored(_) | Place::Outside => return,
    };
    collector.add(Found { kind: ReferenceKind::Link, target_kind: Some(kind), target: path, line });
}

fn add_written<'t>(run: &'t str, line: u32, collector: &mut Collector<'t>) {
    let in_repository = !run.starts_with('/') || run.strip_prefix('/').is_some_and(|rest| rest.starts_with(CURSOR));
    let found = from_root(collector.location, run.trim_end_matches('.')).filter(|_| in_repository);
    if let Some(found) = found {
        add(found, line, collector);
    }
}

/// `@style.mdc` lies in the same folder, `@apps/web/x.mdc` counts from the root. `@core` and `@param` are no files.
fn add_file<'t>(run: &'t str, line: u32, collector: &mut Collector<'t>) {
    if !run.ends_with(".mdc") && !run.ends_with(".md") {
        return;
    }
    let found = if run.contains('/') { normal(run) } else { from_root(collector.location, run) };
    if let Some(found) = found {
        add(found, line, collector);
    }
}

/// What `target`, written in the file at `location`, is from the root. `None` for URLs and what leads out.
pub fn from_root<'t>(location: &Location, target: &'t str) -> Option<Cow<'t, str>> {
    if target.is_empty() || target.contains(':') || target.starts_with("//") || target.starts_with('~') {
        return None;
    }
    // Nobody keeps a `.cursor` folder within one: `.cursor/…` and `apps/web/.cursor/…` are written from the root.
    let inside = target.strip_prefix("./").unwrap_or(target);
    if inside.starts_with(CURSOR) || (!inside.starts_with('.') && inside.contains("/.cursor/")) {
        return normal(inside);
    }
    if target.starts_with('/') {
        return normal(target);
    }
    normal(&format!("{}/{target}", location.folder())).map(|path| path.into_owned().into())
}

/// Without `.`, `..` and empty parts. `None` if it leads out of the root, is empty, or names no file.
pub fn normal(path: &str) -> Option<Cow<'_, str>> {
    if path.len() > MAX_PATH_BYTES || path.bytes().any(names_no_file) {
        return None;
    }
    if path.split('/').all(|part| !matches!(part, "" | "." | "..")) {
        return Some(path.into());
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/").into())
}

/// URLs, patterns and placeholders have such bytes.
fn names_no_file(byte: u8) -> bool {
    matches!(byte, b':' | b'*' | b'<' | b'>' | b'{' | b'}' | b'[' | b']' | b'$' | b'\\')
}

/// `a%20b` → `a b`. What is no escape stays.
pub fn percent_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        match behind.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if byte != 0 => {
                bytes.push(byte);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(b'%');
                rest = behind;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).map_or(text.into(), Cow::from)
}

fn is_path_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '~' | '+')
}

/// The longest path that `text` begins with.
fn run_of(text: &str) -> &str {
    let end = text.find(|c| !is_path_char(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Length of the path that `text` ends with.
fn run_before(text: &str) -> usize {
    let start = text.char_indices().rev().take_while(|(_, c)| is_path_char(*c)).last();
    start.map_or(0, |(at, _)| text.len() - at)
}

/// `x.cursor/` is another folder.
fn may_begin_anywhere(text: &str, at: usize) -> bool {
    text.get(..at).and_then(|before| before.chars().next_back()).is_none_or(|c| c == '/' || !is_path_char(c))
}

/// Mail addresses and the like do not begin a word.
fn begins_word(text: &str, at: usize) -> bool {
    text.get(..at).and_then(|before| before.chars().next_back()).is_none_or(|c| !is_path_char(c) && c != '@')
}

/// Placeholders and globs are cut off at their special characters: `.cursor/skills/<name>/SKILL.md`, `${x}/.cursor/`.
fn is_pattern(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).and_then(|before| before.chars().next_back());
    let after = text.get(end..).and_then(|after| after.chars().next());
    matches!(before, Some('}' | '>' | ']' | '*' | '$' | '\\')) || matches!(after, Some('{' | '<' | '[' | '*' | '$'))
}
