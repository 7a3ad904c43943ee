//! The name of a definition: for agents and skills the one that is written in them, else the one its path gives.

use super::code::Code;
use super::findings::{Findings, Position, shown};
use super::frontmatter::Frontmatter;
use super::typed;
use crate::model::name::{self, MAX_NAME_BYTES};
use crate::model::{Kind, Location};

/// What the name of a definition is in its repository, with findings about one that cannot be used or had to be made up.
pub fn name_of(location: &Location, frontmatter: &Frontmatter<'_>, findings: &mut Findings) -> String {
    let written = match location.kind {
        Kind::Agent | Kind::Skill => written_name(frontmatter),
        Kind::Command | Kind::Rule => None,
    };
    match written {
        Some(written) if is_usable(&written, frontmatter, findings) => written,
        Some(_) => name::own_from_path(location),
        None => name_by_path(location, findings),
    }
}

/// Of any type: what is no text is no name either, and reported as one that is not kebab-case.
fn written_name(frontmatter: &Frontmatter<'_>) -> Option<String> {
    let field = frontmatter.get("name")?;
    let name = field.value.as_str().map_or_else(|| typed::plain(field), |text| text.trim().to_owned());
    (!name.is_empty()).then_some(name)
}

fn is_usable(written: &str, frontmatter: &Frontmatter<'_>, findings: &mut Findings) -> bool {
    let at = frontmatter.get("name").map_or(Position::START, |field| field.at);
    if !name::is_kebab_case(written) {
        let (name, odd) = (shown(written), odd_character(written));
        let message =
            format!("The name {name} is not kebab-case: it holds {odd}. The definition is named by its file.");
        let help = match name::kebab_case(written) {
            better if better.is_empty() => "Use lower case letters, digits and hyphens only.".to_owned(),
            better => format!("Use lower case letters, digits and hyphens only, for instance `{better}`."),
        };
        findings.add(Code::NameNotKebabCase, at, message, &help);
        return false;
    }
    if written.len() > MAX_NAME_BYTES {
        let message = format!("The name has {} characters; {MAX_NAME_BYTES} are allowed.", written.len());
        findings.add(Code::NameTooLong, at, message, "Shorten the name.");
        return false;
    }
    true
}

/// The first character that a name must not have; by its number where it may look like another.
fn odd_character(name: &str) -> String {
    let odd = name.chars().find(|c| !name::is_kebab_case(c.encode_utf8(&mut [0; 4]))).unwrap_or_default();
    if odd.is_ascii_graphic() { format!("`{odd}`") } else { format!("U+{:04X}", u32::from(odd)) }
}

fn name_by_path(location: &Location, findings: &mut Findings) -> String {
    let name = name::own_from_path(location);
    let called = name::prefixed(&location.prefix, &name);
    let readable = name::readable_path(location);
    if readable.contains(name::is_invisible) {
        let message = format!("The path holds invisible characters: {}.", shown(&readable));
        findings.add(Code::HiddenCharacters, Position::START, message, "Rename the file.");
    }
    if name == name::fallback(location.kind) && readable != name {
        let message = format!("The path gives no name; the {} is called `{called}`.", location.kind);
        findings.add(Code::NameFallback, Position::START, message, "Give the file a name of letters and digits.");
    } else if readable.replace('/', "-") != name {
        let message = format!("{} is not kebab-case; the {} is called `{called}`.", shown(&readable), location.kind);
        let help = "Nothing to mend, unless you want path and name to agree.";
        findings.add(Code::NameDerived, Position::START, message, help);
    }
    name
}
