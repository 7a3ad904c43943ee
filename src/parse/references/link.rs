//! Markdown links and `mdc:` links.

use super::code_span::CodeSpan;
use super::collector::Collector;
use super::path;
use crate::model::Location;
use crate::parse::marked::MarkedLine;
use crate::parse::marks::Mark;
use std::borrow::Cow;

pub fn find<'t>(line: MarkedLine<'t, '_>, spans: &[CodeSpan<'t>], collector: &mut Collector<'t>) {
    let ends_label = |at: &usize| matches!(line.text.as_bytes().get(at + 1), Some(b'(' | b':'));
    if !line.places(Mark::BRACKET).any(|at| ends_label(&at)) {
        return;
    }
    let text = without_code(line.text, spans);
    for at in line.places(Mark::BRACKET).filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with("]("))) {
        add(text.get(at + 2..).unwrap_or_default(), line.number, collector);
    }
    let definition = text.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]:"));
    if let Some((_, target)) = definition.filter(|(label, _)| !label.contains(']')) {
        add(target, line.number, collector);
    }
}

/// What a line says outside of code spans; offsets stay.
fn without_code<'t>(line: &'t str, spans: &[CodeSpan<'_>]) -> Cow<'t, str> {
    if spans.is_empty() {
        return line.into();
    }
    let mut bytes = line.as_bytes().to_vec();
    for span in spans {
        if let Some(code) = bytes.get_mut(span.start..span.start + span.text.len()) {
            code.fill(b' ');
        }
    }
    String::from_utf8(bytes).unwrap_or_default().into()
}

/// `behind` begins with the target; a title, an anchor or the rest of the line may follow. No path of ours holds a
/// bracket; stopping there keeps a line of nothing but links from being read again for each of them.
fn add(behind: &str, line: u32, collector: &mut Collector<'_>) {
    let behind = behind.trim_start();
    let target = match behind.strip_prefix('<') {
        Some(quoted) => quoted.split(['>', '<', ']']).next(),
        None => behind.split([')', ' ', '\t', ']']).next(),
    };
    let target = target.unwrap_or_default();
    let target = path::percent_decoded(target.split(['#', '?']).next().unwrap_or_default());
    if let Some(found) = from_root(&target, collector.location) {
        path::add(found.into_owned().into(), line, collector);
    }
}

/// `mdc:` counts from the root of the repository. Cursor mangles URLs to `mdc:https:/…`: those lead out.
fn from_root<'t>(target: &'t str, location: &Location) -> Option<Cow<'t, str>> {
    match target.strip_prefix("mdc:") {
        Some(inner) if !inner.starts_with('.') => path::normal(inner),
        Some(inner) => path::from_root(location, inner),
        None => path::from_root(location, target),
    }
}
