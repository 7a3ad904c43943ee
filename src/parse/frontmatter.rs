//! The frontmatter as keys and values: YAML where it is YAML, else what Cursor's line reader sees, key by key.

use super::code::Code;
use super::fence::Part;
use super::findings::{Findings, Position, shown};
use super::flat;
use super::lines::{self, Entry};
use super::origins::Origins;
use super::source::clamp;
use super::yaml::{self, Duplicate, Mapping, YamlError};
use serde_json::{Map, Value};

/// Larger ones are no frontmatter, and YAML would take long over them.
pub const MAX_FRONTMATTER_BYTES: usize = 64 * 1024;

#[derive(Debug, Default)]
pub struct Frontmatter<'t> {
    pub values: Map<String, Value>,
    origins: Origins<'t>,
    first_line: u32,
    /// Whether the file has one at all, be it empty.
    pub present: bool,
}

/// One key of the frontmatter.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    pub key: &'a str,
    pub value: &'a Value,
    pub at: Position,
    /// Where it stands; a key within `{…}` has none.
    origin: Option<&'a Entry<'a>>,
}

impl<'a> Field<'a> {
    /// What stands behind the colon, as it is written.
    pub fn written(&self) -> &'a str {
        self.origin.map_or("", |origin| origin.rest)
    }

    /// Lines below the key's own that belong to it.
    pub fn more_lines(&self) -> usize {
        self.origin.map_or(0, Entry::more_lines)
    }

    /// All of its lines.
    pub fn text(&self) -> &'a str {
        self.origin.map_or("", |origin| origin.text)
    }
}

impl<'t> Frontmatter<'t> {
    /// `None` for a key that is missing, or has no value.
    pub fn get(&self, key: &str) -> Option<Field<'_>> {
        if self.values.is_empty() || self.origins.are_all && self.origins.of(key).is_none() {
            return None;
        }
        let (key, value) = self.values.get_key_value(key)?;
        (!value.is_null()).then(|| self.field(key, value))
    }

    /// Missing, without a value, or a text of blanks.
    pub fn is_blank(&self, key: &str) -> bool {
        self.get(key).is_none_or(|field| field.value.as_str().is_some_and(|text| text.trim().is_empty()))
    }

    pub fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.values.iter().map(|(key, value)| self.field(key, value))
    }

    /// The fence that opens it, or the start of a file that has none.
    pub fn start(&self) -> Position {
        Position::line(self.first_line.saturating_sub(1).max(1))
    }

    fn field<'a>(&'a self, key: &'a str, value: &'a Value) -> Field<'a> {
        let origin = self.origins.of(key);
        Field { key, value, at: origin.map_or(Position::line(self.first_line), Entry::at), origin }
    }

    /// Reads what stands between the fences.
    pub fn read(block: Part<'t>, findings: &mut Findings) -> Self {
        let mut frontmatter = Self { first_line: block.first_line, present: true, ..Self::default() };
        if block.text.len() > MAX_FRONTMATTER_BYTES {
            let size = block.text.len();
            let message = format!("The frontmatter has {size} bytes; it is read up to {MAX_FRONTMATTER_BYTES} bytes.");
            let help = "Move what is data into the body, or close the frontmatter where it ends.";
            findings.add(Code::FrontmatterTooLarge, frontmatter.start(), message, help);
            return frontmatter;
        }
        if block.text.lines().all(is_blank_or_comment) {
            let help = "Remove the two lines `---`, or write keys between them.";
            findings.add(Code::FrontmatterEmpty, frontmatter.start(), "The frontmatter is empty.", help);
            return frontmatter;
        }
        let entries = lines::entries(block);
        if let Some(mapping) = flat::read(block, &entries) {
            frontmatter.origins = Origins::all(entries);
            frontmatter.take(mapping, findings);
            return frontmatter;
        }
        frontmatter.origins = Origins::some(entries.clone());
        match yaml::read(block.text) {
            Ok(mapping) => frontmatter.take(mapping, findings),
            Err(error) => {
                if let YamlError::Limit(what) = error {
                    let help = "Write the values out, and keep them flat.";
                    findings.add(Code::YamlLimit, frontmatter.start(), limit_message(what), help);
                }
                frontmatter.read_by_lines(block, &entries, findings);
            }
        }
        frontmatter
    }

    fn position(&self, key: &str) -> Position {
        self.origins.of(key).map_or(Position::line(self.first_line), Entry::at)
    }

    /// Adds what YAML read.
    fn take(&mut self, mapping: Mapping, findings: &mut Findings) {
        for Duplicate { key, below } in &mapping.duplicates {
            let at = self.position(below.as_ref().unwrap_or(key));
            report_duplicate(key, at, findings);
        }
        if mapping.had_nul {
            let help = "Remove the escape `\\0`.";
            findings.add(Code::NulInValue, self.start(), "A value holds a NUL character; it was replaced.", help);
        }
        if self.values.is_empty() {
            self.values = mapping.values;
            return;
        }
        for (key, value) in mapping.values {
            self.insert(key, value, findings);
        }
    }

    fn insert(&mut self, key: String, value: Value, findings: &mut Findings) {
        if self.values.contains_key(&key) {
            report_duplicate(&key, self.position(&key), findings);
        }
        self.values.insert(key, value);
    }

    /// Each key for itself, so that one that is no YAML does not take the others with it.
    fn read_by_lines(&mut self, block: Part<'_>, entries: &[Entry<'_>], findings: &mut Findings) {
        if entries.is_empty() {
            let help = "Write `key: value` lines between the fences, or remove the fences.";
            let message = "What stands between the two `---` lines is not a list of keys and values.";
            findings.add(Code::FrontmatterNotAMapping, self.start(), message, help);
        }
        let before = entries.first().map_or(block.first_line, |entry| entry.line);
        let skipped = before.saturating_sub(block.first_line) as usize;
        let junk = block.text.lines().take(skipped).filter(|line| !is_blank_or_comment(line)).count();
        if junk > 0 {
            report_lines(junk, Position::line(block.first_line), findings);
        }
        for entry in entries {
            self.read_entry(entry, findings);
        }
    }

    fn read_entry(&mut self, entry: &Entry<'_>, findings: &mut Findings) {
        let error = match yaml::read(entry.text) {
            Ok(mapping) => return self.take(mapping, findings),
            Err(error) => error,
        };
        if entry.more_lines() > 0 {
            report_lines(entry.more_lines(), Position::line(entry.line + 1), findings);
            if let Ok(mapping) = yaml::read(entry.first_line()) {
                return self.take(mapping, findings);
            }
        }
        report_not_yaml(entry, &error, findings);
        let value = match entry.rest {
            "" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => text.into(),
        };
        self.insert(entry.key.to_owned(), value, findings);
    }
}

fn is_blank_or_comment(line: &str) -> bool {
    matches!(line.trim().chars().next(), None | Some('#'))
}

fn limit_message(what: &str) -> String {
    format!("The frontmatter is not read as YAML as a whole: {what}.")
}

fn report_duplicate(key: &str, at: Position, findings: &mut Findings) {
    let message = format!("The key {} stands here twice; the last one counts.", shown(key));
    findings.add(Code::DuplicateKey, at, message, "Keep one of them.");
}

fn report_lines(count: usize, at: Position, findings: &mut Findings) {
    let lines = if count == 1 { "1 line is" } else { &format!("{count} lines are") };
    let help = "Indent what continues a value, and write every key as `key: value`.";
    findings.add(Code::LinesNotRead, at, format!("{lines} neither YAML nor `key: value`, and not read."), help);
}

fn report_not_yaml(entry: &Entry<'_>, error: &YamlError, findings: &mut Findings) {
    let up_to_colon = entry.first_line().split_inclusive(':').next().unwrap_or_default();
    let column = clamp(up_to_colon.chars().count()) + 1 + u32::from(!entry.rest.is_empty());
    let (key, why) = (shown(entry.key), why_not_yaml(entry.rest, error));
    let message = format!("The value of {key} is not YAML: {why}. The rest of the line is taken, as Cursor does.");
    let help = match entry.key {
        "globs" if entry.rest.contains(['"', '\'']) => "Write the patterns without quotes.",
        "globs" => "Nothing to mend for Cursor, which wants it so; other tools may refuse the file.",
        _ => "Put the value in quotes, behind a colon and a space.",
    };
    findings.add(Code::NotYaml, Position { line: entry.line, column }, message, help);
}

/// In words of its own, where the parser's would not help who has never heard of aliases and tags.
fn why_not_yaml(value: &str, error: &YamlError) -> String {
    match value.chars().next() {
        Some(first @ ('*' | '&' | '!' | '@' | '%' | '`')) => format!("`{first}` cannot begin a value there"),
        Some('"' | '\'') => "something follows the quotes, or they are never closed".to_owned(),
        Some('[' | '{') => "its brackets are not what YAML expects".to_owned(),
        _ if value.contains(": ") => "it holds a colon and a space".to_owned(),
        _ if matches!(error, YamlError::NotAMapping) => "no space follows the colon".to_owned(),
        _ => error.to_string(),
    }
}
