//! The reader as a whole: small fixtures, one quirk each; hostile input; properties; the list of codes.

mod agents;
mod codes;
mod commands;
mod frontmatters;
mod hostile;
mod names;
mod properties;
mod references;
mod rules;
mod skills;
mod sources;

use crate::model::{Location, Parsed};
use serde_json::Value;
use std::fmt::Write;

fn read(path: &str, text: &str) -> Parsed {
    read_bytes(path, text.as_bytes())
}

fn read_bytes(path: &str, bytes: &[u8]) -> Parsed {
    super::parse(&Location::of(path).expect("a definition's path"), bytes, &[])
}

/// Everything but the text and the references, in lines that are easy to compare.
fn outcome(path: &str, text: &str) -> String {
    outcome_of(&read(path, text))
}

fn outcome_of(parsed: &Parsed) -> String {
    let mut out = parsed.name.clone();
    if let Some(title) = &parsed.title {
        let _ = write!(out, " # {title}");
    }
    if let Some(description) = &parsed.description {
        let _ = write!(out, "\n  {description:?}");
    }
    for (key, value) in &parsed.frontmatter {
        let _ = write!(out, "\n  {key}: {value}");
    }
    for (key, value) in parsed.attributes.iter().filter(|(_, value)| !is_default(value)) {
        let _ = write!(out, "\n  .{key} = {value}");
    }
    for finding in &parsed.diagnostics {
        let (severity, code) = (finding.severity, &finding.code);
        let _ = write!(out, "\n{severity:?} {}:{} {code}: {}", finding.line, finding.column, finding.message);
    }
    out
}

fn is_default(value: &Value) -> bool {
    matches!(value, Value::Bool(false)) || value.as_array().is_some_and(Vec::is_empty)
}

/// The codes that a text gives, in the order of the file.
fn codes(path: &str, text: &str) -> Vec<String> {
    read(path, text).diagnostics.into_iter().map(|finding| finding.code).collect()
}

/// `kind target-kind target :line`, one a line.
fn references(path: &str, text: &str) -> String {
    let mut out = String::new();
    for found in read(path, text).references {
        let kind = serde_json::to_value(found.kind).expect("a kind is a word");
        let target_kind = found.target_kind.map_or("?", |kind| kind.as_str());
        let _ = writeln!(out, "{} {target_kind} {} :{}", kind.as_str().unwrap_or_default(), found.target, found.line);
    }
    out
}
