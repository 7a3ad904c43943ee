//! Values of the type that a key must have. Another type is a warning, and counts as a missing value.

use super::code::Code;
use super::findings::{Findings, shown};
use super::frontmatter::{Field, Frontmatter};
use serde_json::Value;

/// A text that is not blank. Numbers and booleans are taken as they are written (`name: 123`).
pub fn text(frontmatter: &Frontmatter<'_>, key: &str, findings: &mut Findings) -> Option<String> {
    let field = frontmatter.get(key)?;
    let text = match field.value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(_) | Value::Bool(_) => plain(field),
        _ => return report(field, "a text", findings),
    };
    (!text.is_empty()).then_some(text)
}

/// `true` or `false`; quoted, it counts as neither, as in Cursor.
pub fn flag(frontmatter: &Frontmatter<'_>, key: &str, findings: &mut Findings) -> Option<bool> {
    let field = frontmatter.get(key)?;
    match field.value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if matches!(text.as_str(), "true" | "false") => {
            let message = format!("{} is the text \"{text}\", not a boolean; it is not taken.", shown(key));
            findings.add(Code::QuotedBoolean, field.at, message, "Remove the quotes.");
            None
        }
        _ => report(field, "`true` or `false`", findings),
    }
}

/// A list of texts, or one text that is cut by `split`.
pub fn list(
    frontmatter: &Frontmatter<'_>,
    key: &str,
    split: fn(&str) -> Vec<String>,
    findings: &mut Findings,
) -> Option<Vec<String>> {
    let field = frontmatter.get(key)?;
    match field.value {
        Value::String(text) => Some(split(text)),
        Value::Array(items) => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            if texts.len() < items.len() {
                let message = format!("{} holds items that are no texts; they are left out.", shown(key));
                findings.add(Code::WrongType, field.at, message, "Write texts only.");
            }
            Some(texts.into_iter().flat_map(split).collect())
        }
        _ => report(field, "a text or a list of texts", findings),
    }
}

/// Cuts at commas.
pub fn at_commas(text: &str) -> Vec<String> {
    pieces(text.split(','))
}

/// Cuts at blanks and commas.
pub fn at_blanks(text: &str) -> Vec<String> {
    pieces(text.split([' ', '\t', '\n', ',']))
}

fn pieces<'a>(parts: impl Iterator<Item = &'a str>) -> Vec<String> {
    parts.map(|part| part.trim().trim_matches(['"', '\''])).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A value as it is written (`007`), without a comment behind it.
pub fn plain(field: Field<'_>) -> String {
    let written = field.written().split(" #").next().unwrap_or_default().trim();
    if written.is_empty() { field.value.to_string() } else { written.to_owned() }
}

fn report<T>(field: Field<'_>, wanted: &str, findings: &mut Findings) -> Option<T> {
    let found = match field.value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    };
    let message = format!("{} must be {wanted}, but is {found}; it is not taken.", shown(field.key));
    findings.add(Code::WrongType, field.at, message, &format!("Write {wanted}."));
    None
}
