//! What the frontmatter says outright: `depends_on`, `agents`, `skills`, `invokes`.

use super::collector::{Collector, Found};
use super::path;
use crate::model::{Kind, Location, ReferenceKind};
use crate::parse::frontmatter::{Field, Frontmatter};
use crate::parse::source::clamp;
use crate::parse::typed;
use serde_json::Value;

/// Keys, and the kind of what they list.
const KEYS: [(&str, Option<Kind>); 8] = [
    ("depends_on", None),
    ("dependsOn", None),
    ("depends-on", None),
    ("invokes", None),
    ("agents", Some(Kind::Agent)),
    ("skills", Some(Kind::Skill)),
    ("commands", Some(Kind::Command)),
    ("rules", Some(Kind::Rule)),
];

pub fn find(frontmatter: &Frontmatter<'_>, collector: &mut Collector<'_>) {
    for (key, kind) in KEYS {
        if let Some(field) = frontmatter.get(key) {
            add_all(field, field.value, kind, collector);
        }
    }
}

/// A text with commas, a list, or a mapping by kind (`depends_on: {agents: [a]}`).
fn add_all(field: Field<'_>, value: &Value, kind: Option<Kind>, collector: &mut Collector<'_>) {
    match value {
        Value::String(text) => {
            for item in typed::at_commas(text.trim_matches(['[', ']'])) {
                add(field, &item, kind, collector);
            }
        }
        Value::Array(items) => {
            for item in items {
                add_all(field, item, kind, collector);
            }
        }
        Value::Object(map) => {
            for (key, value) in map {
                if let Some(kind) = kind_of(key) {
                    add_all(field, value, Some(kind), collector);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn add(field: Field<'_>, item: &str, kind: Option<Kind>, collector: &mut Collector<'_>) {
    let line = field.at.line + line_within(field.text(), item);
    let item = item.trim_start_matches(['@', '/']);
    let (kind, target) = match path::from_root(collector.location, item).and_then(|path| Location::of(&path)) {
        Some(location) => (Some(location.kind), location.path),
        None => with_kind(item, kind),
    };
    if !target.is_empty() {
        collector.add(Found { kind: ReferenceKind::Explicit, target_kind: kind, target: target.into(), line });
    }
}

/// `agent:reviewer` and `agents/reviewer` name the kind as well.
fn with_kind(item: &str, kind: Option<Kind>) -> (Option<Kind>, String) {
    let named = item.split_once([':', '/']).and_then(|(first, rest)| Some((kind_of(first.trim())?, rest.trim())));
    let (kind, name) = named.map_or((kind, item), |(kind, rest)| (Some(kind), rest));
    let stem = name.strip_suffix(".mdc").or_else(|| name.strip_suffix(".md")).filter(|stem| !stem.contains('/'));
    (kind, stem.unwrap_or(name).to_owned())
}

fn kind_of(text: &str) -> Option<Kind> {
    Kind::from_text(text).or_else(|| Kind::from_plural(text))
}

/// The line of an entry that names `item`, from 0: lists are often written one item a line.
fn line_within(entry: &str, item: &str) -> u32 {
    clamp(entry.lines().position(|line| line.contains(item)).unwrap_or_default())
}
