//! What each path of a repository is under its owner's settings.

use super::Settings;
use crate::model::location::{IgnoredBecause, definition, place, place_of_kind};
use crate::model::{Kind, Location, Place, ToolFolder};
use crate::parse::glob::Globs;

/// Settings made ready to be asked about many paths.
#[derive(Clone, Debug)]
pub struct Layout {
    exclude: Option<Globs>,
    include: Vec<Pattern>,
    /// All of them at once: most paths are none of ours.
    included: Globs,
    folders: Vec<ToolFolder>,
    prefix: String,
}

/// One of the patterns of `include`.
#[derive(Clone, Debug)]
struct Pattern {
    kind: Kind,
    globs: Globs,
    /// The folder that the pattern names before its first star; names of definitions begin below it.
    base: String,
}

impl Default for Layout {
    fn default() -> Self {
        Self::of(&Settings::default())
    }
}

impl Layout {
    pub fn of(settings: &Settings) -> Self {
        let compile = |patterns: &[String]| Globs::compile("", patterns);
        let all = settings.include.iter().flatten();
        let together: Vec<String> = all.clone().flat_map(|(_, patterns)| patterns).cloned().collect();
        let patterns = all.flat_map(|(kind, patterns)| patterns.iter().map(|pattern| (*kind, pattern)));
        let pattern = |(kind, pattern): (Kind, &String)| Pattern {
            kind,
            globs: compile(std::slice::from_ref(pattern)),
            base: base(pattern),
        };
        Self {
            exclude: settings.exclude.as_deref().map(compile),
            include: patterns.map(pattern).collect(),
            included: compile(&together),
            folders: settings.folders.clone().unwrap_or_default(),
            prefix: settings.prefix.clone().unwrap_or_default(),
        }
    }

    pub fn place(&self, path: &str) -> Place {
        let found = self.place_of_all(path);
        let is_excluded = || self.exclude.as_ref().is_some_and(|globs| globs.matches(path));
        match found {
            Place::Definition(_) | Place::SkillFile if is_excluded() => Place::Ignored(IgnoredBecause::Excluded),
            Place::Definition(location) => Place::Definition(Location { prefix: self.prefix.clone(), ..location }),
            other => other,
        }
    }

    /// Whether a file at `path`, which is not below `.cursor`, is ours.
    pub fn reaches(&self, path: &str) -> bool {
        !self.is_plain() && self.place(path) != Place::Outside
    }

    /// Nothing but what lies below `.cursor` is ours.
    pub fn is_plain(&self) -> bool {
        self.include.is_empty() && self.folders.is_empty()
    }

    /// What lies below `.cursor` is what it is everywhere; then come the folders of other tools, then patterns.
    fn place_of_all(&self, path: &str) -> Place {
        let usual = place(path);
        if !matches!(usual, Place::Outside | Place::Ignored(_)) || self.is_plain() {
            return usual;
        }
        let in_folder = self.folders.iter().find_map(|folder| {
            let (scope, inner) = folder.split(path)?;
            Some(place_of_kind(folder.kind(), path, scope, inner))
        });
        in_folder.or_else(|| self.included(path)).unwrap_or(usual)
    }

    fn included(&self, path: &str) -> Option<Place> {
        if !self.included.matches(path) {
            return None;
        }
        let pattern = self.include.iter().find(|pattern| pattern.globs.matches(path))?;
        let inner = path.strip_prefix(&pattern.base).unwrap_or(path);
        let is_text = path.ends_with(".md") || path.ends_with(".mdc");
        Some(match pattern.kind {
            Kind::Skill => place_of_kind(Kind::Skill, path, "", inner),
            kind if is_text => definition(kind, path, "", inner),
            _ => Place::Ignored(IgnoredBecause::WrongEnding),
        })
    }
}

/// `docs/prompts/**/*.md` → `docs/prompts/`; of a pattern without a star, the folder of the one file that it names.
fn base(pattern: &str) -> String {
    let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
    let literal = pattern.find(['*', '?', '[', '{']).and_then(|at| pattern.get(..at)).unwrap_or(pattern);
    literal.rfind('/').and_then(|slash| literal.get(..=slash)).unwrap_or_default().to_owned()
}
