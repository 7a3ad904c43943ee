//! Bytes in, definition out: a pure function with no I/O, bounded in time and memory, that never panics.
//!
//! A file goes through `source` (is it text?), `fence` (where is the frontmatter?), `frontmatter` (its keys, by `flat`,
//! by `yaml` or by `lines`), its kind (`agent`, `command`, `rule`, `skill`), `identity` (its name) and `references`, which are
//! looked for at the `marks` of the body only. On the way each of them adds to the `findings`; `docs/DIAGNOSTICS.md` explains
//! their codes.

mod agent;
mod body;
mod code;
mod command;
pub(crate) mod fence;
pub(crate) mod findings;
mod flat;
mod frontmatter;
pub mod glob;
mod heading;
mod identity;
pub(crate) mod lines;
mod marked;
mod marks;
mod origins;
mod references;
mod rule;
mod skill;
pub(crate) mod source;
mod suspicion;
#[cfg(test)]
mod tests;
mod typed;
pub(crate) mod yaml;

pub use code::Code;
pub use source::MAX_FILE_BYTES;

use crate::model::name;
use crate::model::{Kind, Location, Parsed, Reference, SupportFile};
use fence::{Part, Split};
use findings::{Findings, Position};
use frontmatter::Frontmatter;
use serde::Serialize;
use serde_json::{Map, Value};

/// Counts up whenever the reader sees something else in the same bytes; every stored file is then read again.
pub const READER_VERSION: i32 = 4;

/// Reads the file at `location`. `support` lists the files beside a `SKILL.md`; it is empty for the other kinds.
pub fn parse(location: &Location, bytes: &[u8], support: &[SupportFile]) -> Parsed {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return too_large(location, bytes.len() as u64);
    }
    let mut findings = Findings::default();
    let text = source::text_of(bytes, &mut findings);
    if findings.has_error() {
        return unread(location, text, findings);
    }
    source::report_lone_carriage_return(&text, &mut findings);
    suspicion::report_hidden_characters(&text, &mut findings);
    let Split { block, body } = fence::split(&text, &mut findings);
    let frontmatter = block.map(|block| Frontmatter::read(block, &mut findings)).unwrap_or_default();
    suspicion::report_misspelt_keys(location.kind, &frontmatter, &mut findings);
    suspicion::report_comments(&frontmatter, &mut findings);
    report_empty_body(body, &mut findings);
    report_folder_rule(location, &mut findings);
    let own_name = identity::name_of(location, &frontmatter, &mut findings);
    let references = references::find(location, &own_name, (&frontmatter, body), &mut findings);
    let references = under_prefix(&location.prefix, references);
    let file = File { location, frontmatter: &frontmatter, body, references: &references };
    let attributes = file.attributes(support, &mut findings);
    Parsed {
        kind: location.kind,
        name: name::prefixed(&location.prefix, &own_name),
        title: heading::title(body::prose(body)),
        description: typed::text(&frontmatter, "description", &mut findings),
        attributes,
        references,
        line_count: source::line_count(&text),
        frontmatter: frontmatter.values,
        content: text,
        diagnostics: findings.into_diagnostics(),
    }
}

/// What is to be said of a file that was not even fetched, because it has `size` bytes.
pub fn too_large(location: &Location, size: u64) -> Parsed {
    let mut findings = Findings::default();
    source::report_too_large(size, &mut findings);
    unread(location, String::new(), findings)
}

/// A broken file: it has a name and a text, and nothing else can be said of it.
fn unread(location: &Location, content: String, findings: Findings) -> Parsed {
    Parsed {
        kind: location.kind,
        name: name::from_path(location),
        title: None,
        description: None,
        frontmatter: Map::new(),
        attributes: Map::new(),
        references: Vec::new(),
        line_count: source::line_count(&content),
        content,
        diagnostics: findings.into_diagnostics(),
    }
}

/// A file that is read so far; its kind comes next.
struct File<'a> {
    location: &'a Location,
    frontmatter: &'a Frontmatter<'a>,
    body: Part<'a>,
    references: &'a [Reference],
}

impl File<'_> {
    fn attributes(&self, support: &[SupportFile], findings: &mut Findings) -> Map<String, Value> {
        match self.location.kind {
            Kind::Agent => as_map(&agent::Agent::read(self.frontmatter, findings)),
            Kind::Command => {
                let lines = body::prose(self.body);
                let said = (self.references, self.location.prefix.as_str());
                as_map(&command::Command::read(self.frontmatter, lines, said, findings))
            }
            Kind::Rule => as_map(&rule::Rule::read(self.frontmatter, findings)),
            Kind::Skill => as_map(&skill::Skill::read(self.location, self.frontmatter, support, findings)),
        }
    }
}

/// A file names others as they are called in its own repository; the registry puts the repository's prefix before them.
fn under_prefix(prefix: &str, mut references: Vec<Reference>) -> Vec<Reference> {
    if !prefix.is_empty() {
        for reference in references.iter_mut().filter(|reference| !reference.target.contains('/')) {
            reference.target = name::prefixed(prefix, &reference.target);
        }
    }
    references
}

fn as_map(attributes: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(attributes) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

fn report_empty_body(body: Part<'_>, findings: &mut Findings) {
    if body.is_blank() {
        let help = "Write what the model is to do, or remove the file.";
        findings.add(Code::EmptyBody, Position::line(body.first_line), "There is no text in the file.", help);
    }
}

fn report_folder_rule(location: &Location, findings: &mut Findings) {
    if location.kind == Kind::Rule && location.inner.ends_with("/RULE.md") {
        let help = "Rename it to a `.mdc` file, which every version reads.";
        let message = "Only some versions of Cursor read a `RULE.md` in a folder of its own.";
        findings.add(Code::FolderRule, Position::START, message, help);
    }
}
