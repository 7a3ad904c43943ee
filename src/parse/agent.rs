//! What only agents have: a model, and how they run.

use super::code::Code;
use super::findings::{Findings, shown};
use super::frontmatter::Frontmatter;
use super::typed;
use regex::Regex;
use serde::Serialize;
use std::sync::LazyLock;

pub const KEYS: &[&str] = &["name", "description", "model", "readonly", "is_background"];

const INHERIT: &str = "inherit";

/// `claude-opus-5[effort=high,context=300k]`
static MODEL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^[A-Za-z0-9][A-Za-z0-9._:/@-]*(\[[^\[\]]*\])?$").ok());

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    model: String,
    readonly: bool,
    is_background: bool,
}

impl Agent {
    pub fn read(frontmatter: &Frontmatter, findings: &mut Findings) -> Self {
        report_missing_description(frontmatter, findings);
        report_tools(frontmatter, findings);
        Self {
            model: model(frontmatter, findings).unwrap_or_else(|| INHERIT.to_owned()),
            readonly: typed::flag(frontmatter, "readonly", findings).unwrap_or_default(),
            is_background: typed::flag(frontmatter, "is_background", findings).unwrap_or_default(),
        }
    }
}

/// An odd model is kept: Cursor falls back to another one by itself.
fn model(frontmatter: &Frontmatter, findings: &mut Findings) -> Option<String> {
    let model = typed::text(frontmatter, "model", findings)?;
    let fits = MODEL.as_ref().is_some_and(|pattern| pattern.is_match(&model));
    if let Some(field) = frontmatter.get("model").filter(|_| !fits) {
        let message = format!("{} does not look like a model.", shown(&model));
        let help = "Write `inherit`, or an id like `composer-2.5` or `claude-opus-5[effort=high]`.";
        findings.add(Code::ModelUnreadable, field.at, message, help);
    }
    Some(model)
}

/// Without any frontmatter all is at its default, and nobody expected more.
fn report_missing_description(frontmatter: &Frontmatter, findings: &mut Findings) {
    if frontmatter.present && frontmatter.is_blank("description") {
        let help = "Write a `description` that says when to delegate to this agent.";
        let message = "The agent has no description, so nothing tells when to call it.";
        findings.add(Code::DescriptionMissing, frontmatter.start(), message, help);
    }
}

fn report_tools(frontmatter: &Frontmatter, findings: &mut Findings) {
    if let Some(field) = frontmatter.get("tools") {
        let help = "Remove the key; `readonly: true` is what keeps an agent from changing things.";
        let message = "`tools` has no effect: agents in Cursor have all tools.";
        findings.add(Code::ToolsIgnored, field.at, message, help);
    }
}
