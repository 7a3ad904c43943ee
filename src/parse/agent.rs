//! What only agents have: a model, and how they run.

use super::code::Code;
use super::findings::{Findings, shown};
use super::frontmatter::Frontmatter;
use super::typed;
use serde::Serialize;

pub const KEYS: &[&str] = &["name", "description", "model", "readonly", "is_background"];

const INHERIT: &str = "inherit";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Agent {
    model: String,
    readonly: bool,
    is_background: bool,
}

impl Agent {
    pub fn read(frontmatter: &Frontmatter<'_>, findings: &mut Findings) -> Self {
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
fn model(frontmatter: &Frontmatter<'_>, findings: &mut Findings) -> Option<String> {
    let model = typed::text(frontmatter, "model", findings)?;
    if let Some(field) = frontmatter.get("model").filter(|_| !is_model(&model)) {
        let message = format!("{} does not look like a model.", shown(&model));
        let help = "Write `inherit`, or an id like `composer-2.5` or `claude-opus-5[effort=high]`.";
        findings.add(Code::ModelUnreadable, field.at, message, help);
    }
    Some(model)
}

/// `gpt-5.5`, `claude-opus-5[effort=high,context=300k]`
fn is_model(text: &str) -> bool {
    let (id, options) = text.find('[').and_then(|at| text.split_at_checked(at)).unwrap_or((text, "[]"));
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'/' | b'@' | b'-');
    let inner = options.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let begins = id.starts_with(|c: char| c.is_ascii_alphanumeric());
    begins && id.bytes().all(is_part) && inner.is_some_and(|inner| !inner.contains(['[', ']']))
}

/// Without any frontmatter all is at its default, and nobody expected more.
fn report_missing_description(frontmatter: &Frontmatter<'_>, findings: &mut Findings) {
    if frontmatter.present && frontmatter.is_blank("description") {
        let help = "Write a `description` that says when to delegate to this agent.";
        let message = "The agent has no description, so nothing tells when to call it.";
        findings.add(Code::DescriptionMissing, frontmatter.start(), message, help);
    }
}

fn report_tools(frontmatter: &Frontmatter<'_>, findings: &mut Findings) {
    if let Some(field) = frontmatter.get("tools") {
        let help = "Remove the key; `readonly: true` is what keeps an agent from changing things.";
        let message = "`tools` has no effect: agents in Cursor have all tools.";
        findings.add(Code::ToolsIgnored, field.at, message, help);
    }
}
