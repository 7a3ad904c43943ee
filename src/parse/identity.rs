//! The name of a definition: for agents and skills the one that is written in them, else the one its path gives.

use super::code::Code;
use super::findings::{Findings, Position, shown};
use super::frontmatter::Frontmatter;
use super::typed;
use crate::model::name::{self, MAX_NAME_BYTES};
use crate::model::{Kind, Location};

/// What the name of a definition is, with findings about one that cannot be used or had to be made up.
pub fn name_of(location: &Location, frontmatter: &Frontmatter, findings: &mut Findings) -> String {
    let written = match location.kind {
        Kind::Agent | Kind::Skill => typed::text(frontmatter, "name", findings),
        Kind::Command | Kind::Rule => None,
    };
    match written {
        Some(written) if is_usable(&written, frontmatter, findings) => written,
        Some(_) => name::from_path(location),
        None => name_by_path(location, findings),
    }
}

fn is_usable(written: &str, frontmatter: &Frontmatter, findings: &mut Findings) -> bool {
    let at = frontmatter.get("name").map_or(Position::START, |field| field.at);
    if !name::is_kebab_case(written) {
        let message = format!("The name {} is not kebab-case; the definition is named by its file.", shown(written));
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

fn name_by_path(location: &Location, findings: &mut Findings) -> String {
    let name = name::from_path(location);
    let readable = name::readable_path(location);
    if name == name::fallback(location.kind) && readable != name {
        let message = format!("The path gives no name; the {} is called `{name}`.", location.kind);
        findings.add(Code::NameFallback, Position::START, message, "Give the file a name of letters and digits.");
    } else if readable.replace('/', "-") != name {
        let message = format!("{} is not kebab-case; the {} is called `{name}`.", shown(&readable), location.kind);
        let help = "Nothing to mend, unless you want path and name to agree.";
        findings.add(Code::NameDerived, Position::START, message, help);
    }
    name
}
