//! What only skills have: the keys of the open Agent Skills format, those that Cursor adds, and the files beside them.

use super::code::Code;
use super::findings::{Findings, shown};
use super::frontmatter::Frontmatter;
use super::rule;
use super::typed;
use crate::model::name::is_kebab_case;
use crate::model::{Location, SupportFile};
use serde::Serialize;
use serde_json::Value;

pub const KEYS: &[&str] = &[
    "name",
    "description",
    "paths",
    "globs",
    "disable-model-invocation",
    "license",
    "compatibility",
    "allowed-tools",
    "metadata",
    "icon",
    "color",
];

/// The format's bounds, in characters.
const MAX_NAME_CHARS: usize = 64;
const MAX_DESCRIPTION_CHARS: usize = 1024;
const MAX_COMPATIBILITY_CHARS: usize = 500;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Skill {
    support_files: Vec<SupportFile>,
    disable_model_invocation: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    paths: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compatibility: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed_tools: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
}

impl Skill {
    pub fn read(
        location: &Location,
        frontmatter: &Frontmatter<'_>,
        support: &[SupportFile],
        findings: &mut Findings,
    ) -> Self {
        check_name(location, frontmatter, findings);
        check_description(frontmatter, findings);
        check_compatibility(frontmatter, findings);
        // `globs` is the older name of `paths`.
        let paths = if frontmatter.get("paths").is_some() { "paths" } else { "globs" };
        let value = |key| frontmatter.get(key).map(|field| field.value.clone());
        Self {
            support_files: support.to_vec(),
            disable_model_invocation: typed::flag(frontmatter, "disable-model-invocation", findings)
                .unwrap_or_default(),
            paths: rule::patterns(frontmatter, paths, findings),
            license: typed::text(frontmatter, "license", findings),
            compatibility: value("compatibility"),
            allowed_tools: typed::list(frontmatter, "allowed-tools", typed::at_blanks, findings),
            metadata: value("metadata"),
        }
    }
}

fn check_name(location: &Location, frontmatter: &Frontmatter<'_>, findings: &mut Findings) {
    let written = frontmatter.get("name").and_then(|field| Some((field, field.value.as_str()?.trim())));
    // One that is not kebab-case is an error already.
    let Some((field, name)) = written.filter(|(_, name)| is_kebab_case(name)) else {
        return;
    };
    let folder = location.folder().rsplit('/').next().unwrap_or_default();
    let odd = name.starts_with('-') || name.ends_with('-') || name.contains("--");
    if odd || name.chars().count() > MAX_NAME_CHARS {
        let message = format!("{} breaks the rules for names of skills.", shown(name));
        let help = "Use at most 64 characters, with single hyphens, between letters or digits only.";
        findings.add(Code::SkillNameForm, field.at, message, help);
    } else if name != folder {
        let message = format!("The skill is named {}, but its folder {}.", shown(name), shown(folder));
        findings.add(Code::SkillNameMismatch, field.at, message, "Give both the same name.");
    }
}

fn check_description(frontmatter: &Frontmatter<'_>, findings: &mut Findings) {
    let help = "Write a `description` that says what the skill does and when to use it, in at most 1024 characters.";
    if frontmatter.is_blank("description") {
        let message = "The skill has no description, so Cursor cannot tell when to use it.";
        findings.add(Code::DescriptionMissing, frontmatter.start(), message, help);
    }
    let length = characters(frontmatter, "description");
    if let Some(field) = frontmatter.get("description").filter(|_| length > MAX_DESCRIPTION_CHARS) {
        let message = format!("The description has {length} characters; the format allows {MAX_DESCRIPTION_CHARS}.");
        findings.add(Code::DescriptionTooLong, field.at, message, help);
    }
}

fn check_compatibility(frontmatter: &Frontmatter<'_>, findings: &mut Findings) {
    let length = characters(frontmatter, "compatibility");
    if let Some(field) = frontmatter.get("compatibility").filter(|_| length > MAX_COMPATIBILITY_CHARS) {
        let message = format!("`compatibility` has {length} characters; the format allows {MAX_COMPATIBILITY_CHARS}.");
        findings.add(Code::CompatibilityTooLong, field.at, message, "Shorten it.");
    }
}

fn characters(frontmatter: &Frontmatter<'_>, key: &str) -> usize {
    frontmatter.get(key).and_then(|field| field.value.as_str()).map_or(0, |text| text.trim().chars().count())
}
