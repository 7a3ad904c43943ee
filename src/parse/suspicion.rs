//! What is no mistake of form, and yet not what the author sees: characters that hide, keys that nearly are others.

use super::code::Code;
use super::findings::{Findings, shown};
use super::frontmatter::{Field, Frontmatter};
use super::source::{after_bom, position_of};
use super::{agent, command, rule, skill};
use crate::model::Kind;
use memchr::memchr3_iter;

/// Reports the first character that turns the text around or shows nothing: a model reads what a reviewer does not see.
pub fn report_hidden_characters(text: &str, findings: &mut Findings) {
    let text = after_bom(text);
    let bytes = text.as_bytes();
    let places = memchr3_iter(0xe2, 0xef, 0xf3, bytes).filter(|at| may_hide(bytes[*at], bytes.get(at + 1)));
    let mut hidden = places.filter_map(|at| Some((at, text.get(at..)?.chars().next().filter(|c| hides(*c))?)));
    let Some((offset, first)) = hidden.next() else {
        return;
    };
    let count = hidden.count() + 1;
    let code_point = u32::from(first);
    let message = format!("Invisible characters stand in the file ({count}); the first is U+{code_point:04X}.");
    let help = "Remove them: a model reads them, a reviewer does not see them.";
    findings.add(Code::HiddenCharacters, position_of(text.as_bytes(), offset), message, help);
}

/// By its first two bytes, before a character is put together: dashes and box lines are everywhere.
fn may_hide(first: u8, second: Option<&u8>) -> bool {
    matches!((first, second), (0xe2, Some(0x80 | 0x81)) | (0xef, Some(0xbb)) | (0xf3, Some(0xa0)))
}

/// Joiners are left out: emoji and several scripts need them.
fn hides(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Unknown keys are kept without a word, unless they look like a known one (`always_apply`, `glob`).
pub fn report_misspelt_keys(kind: Kind, frontmatter: &Frontmatter<'_>, findings: &mut Findings) {
    let known = match kind {
        Kind::Agent => agent::KEYS,
        Kind::Command => command::KEYS,
        Kind::Rule => rule::KEYS,
        Kind::Skill => skill::KEYS,
    };
    for field in frontmatter.fields().filter(|field| !known.contains(&field.key)) {
        let meant = known.iter().find(|known| nearly(field.key) == nearly(known));
        if let Some(meant) = meant {
            let message = format!("{} is not a key; {} is.", shown(field.key), shown(meant));
            findings.add(Code::MisspeltKey, field.at, message, &format!("Write `{meant}`."));
        }
    }
}

/// Case, separators and the plural apart.
fn nearly(key: &str) -> String {
    let plain: String = key.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect();
    plain.trim_end_matches('s').to_owned()
}

/// `description: fixes #12` ends before the `#` for YAML.
pub fn report_comments(frontmatter: &Frontmatter<'_>, findings: &mut Findings) {
    for field in frontmatter.fields().filter(|field| field.more_lines() == 0 && is_cut(*field)) {
        let message = format!("The value of {} is cut at ` #`, where YAML begins a comment.", shown(field.key));
        findings.add(Code::ValueCutByComment, field.at, message, "Put the value in quotes, or remove the comment.");
    }
}

fn is_cut(field: Field<'_>) -> bool {
    let plain = !field.written().starts_with(['"', '\'', '|', '>']);
    let text = field.value.as_str();
    plain && text.is_some_and(|text| text.len() < field.written().len() && field.written().contains(" #"))
}
