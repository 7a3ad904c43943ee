//! What only commands have: the phrases that call for them, and whom they call.

use super::findings::Findings;
use super::frontmatter::Frontmatter;
use super::heading;
use super::typed;
use crate::model::{Kind, Location, Reference, name};
use serde::Serialize;

/// No key is documented for commands; these are what people write.
pub const KEYS: &[&str] = &["name", "description"];

const TRIGGER_KEYS: [&str; 4] = ["triggers", "trigger_phrases", "triggerPhrases", "trigger-phrases"];
const MAX_TRIGGERS: usize = 50;
const MAX_TRIGGER_CHARS: usize = 200;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Command {
    trigger_phrases: Vec<String>,
    agents_invoked: Vec<String>,
    skills_invoked: Vec<String>,
}

impl Command {
    pub fn read<'a>(
        frontmatter: &Frontmatter<'_>,
        lines: impl Iterator<Item = &'a str>,
        (references, prefix): (&[Reference], &str),
        findings: &mut Findings,
    ) -> Self {
        let mut trigger_phrases: Vec<String> = TRIGGER_KEYS
            .iter()
            .filter_map(|key| typed::list(frontmatter, key, typed::at_commas, findings))
            .flatten()
            .collect();
        trigger_phrases.extend(phrases_below_heading(lines));
        Self {
            trigger_phrases: bounded(trigger_phrases),
            agents_invoked: invoked(references, Kind::Agent, prefix),
            skills_invoked: invoked(references, Kind::Skill, prefix),
        }
    }
}

/// The list below a heading `Triggers` or `Trigger phrases`.
fn phrases_below_heading<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut inside = false;
    let mut phrases = Vec::new();
    for line in lines {
        if let Some(heading) = heading::marked(line) {
            let heading = heading.trim_end_matches(':').to_lowercase();
            inside = matches!(heading.as_str(), "triggers" | "trigger phrases");
        } else if let Some(item) = list_item(line).filter(|_| inside) {
            phrases.push(item.trim_matches(['"', '\'', '`', '“', '”']).to_owned());
        }
    }
    phrases
}

fn list_item(line: &str) -> Option<&str> {
    let line = line.trim();
    line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")).map(str::trim)
}

fn bounded(phrases: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for phrase in phrases.into_iter().filter(|phrase| !phrase.is_empty()) {
        let phrase: String = phrase.chars().take(MAX_TRIGGER_CHARS).collect();
        if kept.len() < MAX_TRIGGERS && !kept.contains(&phrase) {
            kept.push(phrase);
        }
    }
    kept
}

/// The names of what is referred to as one of `kind`, each once, in the order of the text.
fn invoked(references: &[Reference], kind: Kind, prefix: &str) -> Vec<String> {
    let mut names = Vec::new();
    for reference in references.iter().filter(|reference| reference.target_kind == Some(kind)) {
        let name = name_of(&reference.target, prefix);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// A link names a path; by the path the target has its name, unless another one is written in it.
fn name_of(target: &str, prefix: &str) -> String {
    let own = |location| name::prefixed(prefix, &name::own_from_path(&location));
    Location::of(target).map_or_else(|| target.to_owned(), own)
}
