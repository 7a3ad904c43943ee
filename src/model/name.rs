//! Names of definitions: `^[a-z0-9-]+$`, never empty, of bounded length, the same for the same path wherever and whenever.
//!
//! Rules and commands are named by their path below the kind's folder, behind the path of their sub-project.
//! Agents and skills keep the name that is written in them; what stands here is for those that have none.

use super::{Kind, Location};
use sha1::{Digest, Sha1};
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer names are cut, and told apart by a hash.
pub const MAX_NAME_BYTES: usize = 128;

const HASH_DIGITS: usize = 8;

/// Whether `text` may stand as it is: lower case letters of ASCII, digits and hyphens.
pub fn is_kebab_case(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

/// The name that a definition has by its path, with what the owner puts before names.
pub fn from_path(location: &Location) -> String {
    prefixed(&location.prefix, &own_from_path(location))
}

/// `style` in a repository whose prefix is `web` → `web-style`.
pub fn prefixed(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { bounded(format!("{prefix}-{name}")) }
}

/// The name that a definition has by its path alone.
pub fn own_from_path(location: &Location) -> String {
    let name = kebab_case(&readable_path(location));
    if name.is_empty() { fallback(location.kind) } else { name }
}

/// The part of the path that the name is made of: `apps/web/frontend/x`, `land-it`.
pub fn readable_path(location: &Location) -> String {
    let stem = stem(&location.inner);
    match location.kind {
        Kind::Rule | Kind::Command if location.scope.is_empty() => stem.to_owned(),
        Kind::Rule | Kind::Command => format!("{}/{stem}", location.scope),
        Kind::Agent | Kind::Skill => stem.rsplit('/').next().unwrap_or(stem).to_owned(),
    }
}

/// The name of a file whose path has no letter and no digit, as `.mdc` has none.
pub fn fallback(kind: Kind) -> String {
    format!("unnamed-{kind}")
}

/// Lower case, accents dropped, every run of other characters one hyphen. Letters of other scripts become their
/// code point (`u6d4b`): ugly, but stable, and a look-alike of `a` is never taken for an `a`.
pub fn kebab_case(text: &str) -> String {
    if is_kebab_case(text) && !text.starts_with('-') && !text.ends_with('-') && !text.contains("--") {
        return bounded(text.to_owned());
    }
    let mut name = String::new();
    let mut gap = false;
    for c in text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c) && !is_invisible(*c)) {
        if !c.is_alphanumeric() {
            gap = true;
            continue;
        }
        let foreign = !c.is_ascii();
        if (gap || foreign) && !name.is_empty() {
            name.push('-');
        }
        if foreign {
            // Writing to a string does not fail.
            let _ = write!(name, "u{:04x}", u32::from(c));
        } else {
            name.push(c);
        }
        gap = foreign;
    }
    bounded(name)
}

/// Characters that show nothing or turn the text around: they hide one name in another.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn bounded(name: String) -> String {
    if name.len() <= MAX_NAME_BYTES {
        return name;
    }
    let hash = hex::encode(Sha1::digest(&name));
    let kept = name.get(..MAX_NAME_BYTES - HASH_DIGITS - 1).unwrap_or_default().trim_end_matches('-');
    format!("{kept}-{}", hash.get(..HASH_DIGITS).unwrap_or_default())
}

/// `frontend/x.mdc` → `frontend/x`; `deep/RULE.md` and `deep/SKILL.md` → `deep`; `.mdc` → nothing.
fn stem(inner: &str) -> &str {
    let (folder, file) = inner.rsplit_once('/').unwrap_or(("", inner));
    match file {
        "RULE.md" | "SKILL.md" => folder,
        _ => file.rfind('.').and_then(|dot| inner.get(..inner.len() - file.len() + dot)).unwrap_or(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str) -> String {
        Location::of(path).map(|location| from_path(&location)).unwrap_or_default()
    }

    #[test]
    fn rules_and_commands_are_named_by_path() {
        assert_eq!(named(".cursor/rules/style.mdc"), "style");
        assert_eq!(named(".cursor/rules/frontend/x.mdc"), "frontend-x");
        assert_eq!(named(".cursor/rules/deep/RULE.md"), "deep");
        assert_eq!(named("apps/web/.cursor/rules/style.mdc"), "apps-web-style");
        assert_eq!(named(".cursor/commands/git/ship it.md"), "git-ship-it");
    }

    #[test]
    fn agents_and_skills_are_named_by_file_or_folder() {
        assert_eq!(named(".cursor/agents/team/Reviewer.md"), "reviewer");
        assert_eq!(named(".cursor/skills/shipping/land-it/SKILL.md"), "land-it");
        assert_eq!(named("apps/web/.cursor/skills/land-it/SKILL.md"), "land-it");
    }

    #[test]
    fn a_prefix_stands_before_every_name() {
        let location = Location::of(".cursor/rules/style.mdc").map(|at| Location { prefix: "web".into(), ..at });
        assert_eq!(location.as_ref().map(from_path).as_deref(), Some("web-style"));
        assert_eq!(prefixed("web", &"a".repeat(MAX_NAME_BYTES)).len(), MAX_NAME_BYTES);
    }

    #[test]
    fn odd_files_have_names_too() {
        assert_eq!(named(".cursor/rules/.mdc"), "unnamed-rule");
        assert_eq!(named(".cursor/rules/frontend/.mdc"), "frontend");
        assert_eq!(named(".cursor/skills/SKILL.md"), "unnamed-skill");
        assert_eq!(named(".cursor/rules/AGNO_Agent.State.mdc"), "agno-agent-state");
        assert_eq!(named(".cursor/rules/--a__b--.mdc"), "a-b");
        assert_eq!(["-a", "a-", "a--b"].map(kebab_case), ["a", "a", "a-b"]);
    }

    #[test]
    fn other_scripts_are_written_as_code_points() {
        assert_eq!(["Café", "Cafés"].map(kebab_case), ["cafe", "cafes"]);
        assert_eq!(kebab_case("a测b"), "a-u6d4b-b");
        assert_eq!(kebab_case("测试"), "u6d4b-u8bd5");
        assert_eq!(kebab_case("\u{430}pi"), "u0430-pi");
        assert_eq!(kebab_case("st\u{200b}y\u{202e}le"), "style");
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let (one, other) = (kebab_case(&"a".repeat(300)), kebab_case(&"a".repeat(301)));
        assert!(one.len() <= MAX_NAME_BYTES && is_kebab_case(&one));
        assert_ne!(one, other);
        let longest = "a".repeat(MAX_NAME_BYTES);
        assert_eq!(kebab_case(&longest), longest);
        let cut_at_a_hyphen = format!("{}-{}", "a".repeat(MAX_NAME_BYTES - HASH_DIGITS - 2), "b".repeat(99));
        assert!(!kebab_case(&cut_at_a_hyphen).contains("--") && !is_kebab_case(""));
    }
}
