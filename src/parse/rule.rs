//! What only rules have: patterns, and the derived type that says when Cursor applies them.

use super::code::Code;
use super::findings::{Findings, shown};
use super::frontmatter::{Field, Frontmatter};
use super::glob;
use super::typed;
use serde::Serialize;

pub const KEYS: &[&str] = &["description", "globs", "alwaysApply"];

/// Longer lines are not proposed as a whole.
const MAX_PROPOSED_BYTES: usize = 200;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    glob_patterns: Vec<String>,
    always_apply: bool,
    rule_type: RuleType,
}

/// When Cursor applies a rule. No key says it: it follows from the three that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum RuleType {
    Always,
    AutoAttached,
    AgentRequested,
    Manual,
}

impl Rule {
    pub fn read(frontmatter: &Frontmatter<'_>, findings: &mut Findings) -> Self {
        let always_apply = typed::flag(frontmatter, "alwaysApply", findings).unwrap_or_default();
        let glob_patterns = patterns(frontmatter, "globs", findings);
        if !always_apply {
            // Where a rule always applies, Cursor asks neither of the two.
            report_form_of_globs(frontmatter, &glob_patterns, findings);
            report_multi_line(frontmatter, findings);
        }
        let has_description = !frontmatter.is_blank("description");
        let rule_type = match (always_apply, glob_patterns.is_empty(), has_description) {
            (true, _, _) => RuleType::Always,
            (false, false, _) => RuleType::AutoAttached,
            (false, true, true) => RuleType::AgentRequested,
            (false, true, false) => RuleType::Manual,
        };
        Self { glob_patterns, always_apply, rule_type }
    }
}

/// The patterns of a key. Those that cannot be compiled are reported, and kept as they are written.
pub fn patterns(frontmatter: &Frontmatter<'_>, key: &str, findings: &mut Findings) -> Vec<String> {
    let mut patterns = typed::list(frontmatter, key, glob::split, findings).unwrap_or_default();
    let Some(field) = frontmatter.get(key) else {
        return patterns;
    };
    if patterns.len() > glob::MAX_PATTERNS {
        let message = format!("There are {} patterns; the first {} count.", patterns.len(), glob::MAX_PATTERNS);
        findings.add(Code::TooManyGlobs, field.at, message, "Name folders (`src/**`) rather than files.");
        patterns.truncate(glob::MAX_PATTERNS);
    }
    for pattern in &patterns {
        report_pattern(pattern, field, findings);
    }
    patterns
}

fn report_pattern(pattern: &str, field: Field<'_>, findings: &mut Findings) {
    if pattern.starts_with('!') {
        let message = format!("{} begins with `!`, which is not documented to exclude anything.", shown(pattern));
        findings.add(Code::GlobNegation, field.at, message, "Name what the rule is for, not what it is not for.");
    }
    if let Err(error) = glob::check(pattern) {
        let message = format!("The pattern {} matches nothing: {error}.", shown(pattern));
        findings.add(Code::BadGlob, field.at, message, "Close every `{` and `[`, and keep the pattern short.");
    }
}

/// Cursor reads the rest of the line and nothing else, with the quotes that stand there.
fn report_form_of_globs(frontmatter: &Frontmatter<'_>, patterns: &[String], findings: &mut Findings) {
    let Some(field) = frontmatter.get("globs") else {
        return;
    };
    let help = &how_to_write(patterns);
    if field.value.as_array().is_some_and(Vec::is_empty) {
        return;
    }
    if field.value.is_array() && field.written().starts_with('[') {
        let message = "`globs` is a list in brackets; not every version of Cursor reads one.";
        findings.add(Code::GlobFlowList, field.at, message, help);
    } else if field.more_lines() > 0 {
        let message = "`globs` spans several lines; Cursor reads the first only, and sees no pattern here.";
        findings.add(Code::GlobBlockList, field.at, message, help);
    } else if field.written().contains(['"', '\'']) {
        let message = "`globs` is quoted; Cursor takes the quotes for part of the pattern, which then matches nothing.";
        findings.add(Code::QuotedGlob, field.at, message, help);
    }
}

/// With the very line, if it is short and says the same.
fn how_to_write(patterns: &[String]) -> String {
    let bare = patterns.join(", ");
    let is_short = (1..=MAX_PROPOSED_BYTES).contains(&bare.len());
    let is_same = is_short && bare.bytes().all(|byte| matches!(byte, b' '..=b'~')) && glob::split(&bare) == patterns;
    let line = if is_same { &bare } else { "**/*.ts, src/**" };
    format!("Write the patterns bare, on one line: `globs: {line}`.")
}

fn report_multi_line(frontmatter: &Frontmatter<'_>, findings: &mut Findings) {
    if let Some(field) = frontmatter.get("description").filter(|field| field.more_lines() > 0) {
        let message = "`description` spans several lines; Cursor reads the first line of a rule's key only.";
        findings.add(Code::MultiLineValue, field.at, message, "Write it on one line.");
    }
}
