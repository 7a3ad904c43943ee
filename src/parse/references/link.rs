//! Markdown links and `mdc:` links.

use super::code_span::CodeSpan;
use super::collector::Collector;
use super::path;
use crate::parse::body::Line;

pub fn find(line: Line<'_>, spans: &[CodeSpan<'_>], collector: &mut Collector<'_>) {
    if !line.text.contains("](") && !line.text.contains("]:") {
        return;
    }
    let text = super::without_code(line.text, spans);
    for (at, _) in text.match_indices("](") {
        add(text.get(at + 2..).unwrap_or_default(), line.number, collector);
    }
    let definition = text.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]:"));
    if let Some((_, target)) = definition.filter(|(label, _)| !label.contains(']')) {
        add(target, line.number, collector);
    }
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
    let target = target.split(['#', '?']).next().unwrap_or_default();
    if let Some(found) = from_root(target, collector) {
        path::add(&found, line, collector);
    }
}

/// `mdc:` counts from the root of the repository. Cursor mangles URLs to `mdc:https:/…`: those lead out.
fn from_root(target: &str, collector: &Collector<'_>) -> Option<String> {
    let target = path::percent_decoded(target);
    let Some(inner) = target.strip_prefix("mdc:") else {
        return path::from_root(collector.location, &target);
    };
    if inner.starts_with('.') {
        return path::from_root(collector.location, inner);
    }
    path::normal(&format!("/{}", inner.trim_start_matches('/')))
}
