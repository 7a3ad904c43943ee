//! Where a path of a repository belongs: which files are definitions, and why others are not.
//!
//! Definitions are `**/.cursor/rules/**/*.mdc` (and `RULE.md` in a folder), `**/.cursor/agents/**/*.md`,
//! `**/.cursor/commands/**/*.md` and `**/.cursor/skills/**/SKILL.md`, at the root or in a sub-project,
//! whose folder is then the definition's scope.

use super::Kind;
use serde::{Deserialize, Serialize};
use serde_json::json;

const CURSOR: &str = ".cursor";
/// Where an owner says what is to be done with the repository.
pub const SETTINGS: &str = ".cursor/dotcursor.yaml";

/// Paths of definitions are keys of the registry, and no database takes keys of any length. The longest of a real file that
/// we know of has 160 bytes.
const MAX_PATH_BYTES: usize = 1000;

/// What a path is to us. Decided by the text of the path alone; modes are for the plan stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Definition(Location),
    /// Below a `skills` folder and not a `SKILL.md`: belongs to the nearest skill above it, if there is one.
    SkillFile,
    /// What the owner has to say to us.
    Settings,
    /// Below `.cursor`, and no definition.
    Ignored(IgnoredBecause),
    /// Not below a `.cursor` folder.
    Outside,
}

/// The path of a definition, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Location {
    pub kind: Kind,
    /// From the root of the repository, `/` between parts.
    #[serde(skip)]
    pub path: String,
    /// Folder of the sub-project; empty at the root.
    pub scope: String,
    /// Below the kind's folder: `frontend/x.mdc`.
    pub inner: String,
    /// What the owner has put before the names of the repository; empty as a rule.
    pub prefix: String,
}

/// Why a file below `.cursor` is no definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IgnoredBecause {
    /// `.cursor/mcp.json`, `.cursor/plans/x.md`: not in a folder of a kind.
    NotAKindFolder,
    /// `.cursor/rules/x.json`: Cursor reads another ending there.
    WrongEnding,
    /// Below `skills`, with no `SKILL.md` in a folder above it.
    NoSkillAbove,
    /// The owner's settings leave it out.
    Excluded,
    /// More than a thousand bytes.
    PathTooLong,
    Symlink,
    Submodule,
    /// In a working copy: a name that is no text.
    PathNotUtf8,
    /// In a working copy: a folder that may not be listed.
    Unreadable,
}

impl IgnoredBecause {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAKindFolder => "not-a-kind-folder",
            Self::WrongEnding => "wrong-ending",
            Self::NoSkillAbove => "no-skill-above",
            Self::Excluded => "excluded",
            Self::PathTooLong => "path-too-long",
            Self::Symlink => "symlink",
            Self::Submodule => "submodule",
            Self::PathNotUtf8 => "path-not-utf-8",
            Self::Unreadable => "unreadable",
        }
    }
}

impl Location {
    /// The folder of a `SKILL.md` or `RULE.md`, from the root of the repository; for other files the one they lie in.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The `.cursor` folder, from the root of the repository.
    pub fn cursor_folder(&self) -> String {
        cursor_folder_of(&self.scope)
    }

    /// Where a definition would stand that has a name and no file.
    pub fn named(kind: Kind, name: &str) -> Self {
        let inner = match kind {
            Kind::Rule => format!("{name}.mdc"),
            Kind::Agent | Kind::Command => format!("{name}.md"),
            Kind::Skill => format!("{name}/SKILL.md"),
        };
        let path = format!("{CURSOR}/{}/{inner}", kind.plural());
        Self { kind, path, scope: String::new(), inner, prefix: String::new() }
    }

    /// `None` if `path` is no definition.
    pub fn of(path: &str) -> Option<Self> {
        match place(path) {
            Place::Definition(location) => Some(location),
            _ => None,
        }
    }

    /// Whether its path alone tells all of it, whatever the owner's settings.
    pub fn is_plain(&self) -> bool {
        Self::of(&self.path).as_ref() == Some(self)
    }

    /// What stands in a row for a definition that is made from what has this digest: with it, the row's path tells all.
    pub fn seen(&self, digest: &str) -> String {
        if self.is_plain() { digest.to_owned() } else { format!("{digest} {}", json!(self)) }
    }

    /// The same of one whose file has gone.
    pub fn unseen(&self) -> Option<String> {
        (!self.is_plain()).then(|| self.seen(""))
    }

    /// From a row. `None` if the path is no definition's, or another version of the program wrote what this one cannot read.
    pub fn from_seen(path: &str, seen: Option<&str>) -> Option<Self> {
        match seen.and_then(|seen| seen.split_once(' ')) {
            Some((_, place)) => serde_json::from_str(place).ok().map(|place| Self { path: path.to_owned(), ..place }),
            None => Self::of(path),
        }
    }
}

/// `apps/web` → `apps/web/.cursor`; the empty scope → `.cursor`.
pub fn cursor_folder_of(scope: &str) -> String {
    if scope.is_empty() { CURSOR.to_owned() } else { format!("{scope}/{CURSOR}") }
}

/// The outermost `.cursor` folder that `path` lies in or is: a push that names such a path may concern us.
pub fn touched_cursor_folder(path: &str) -> Option<&str> {
    let mut end = 0;
    for part in path.split('/') {
        end += part.len();
        if part == CURSOR {
            return path.get(..end);
        }
        end += 1;
    }
    None
}

/// Decides what `path` is to us where the owner has not said otherwise.
pub fn place(path: &str) -> Place {
    if path == SETTINGS {
        return Place::Settings;
    }
    let Some(folder) = touched_cursor_folder(path) else {
        return Place::Outside;
    };
    let scope = folder.strip_suffix(CURSOR).unwrap_or_default().trim_end_matches('/');
    let Some(below) = path.get(folder.len() + 1..) else {
        return Place::Ignored(IgnoredBecause::NotAKindFolder);
    };
    let Some((kind, inner)) = below.split_once('/').and_then(|(first, inner)| Some((Kind::from_plural(first)?, inner)))
    else {
        return Place::Ignored(IgnoredBecause::NotAKindFolder);
    };
    place_of_kind(kind, path, scope, inner)
}

/// What `path` is, which lies in a folder for definitions of `kind`, at `inner` there.
pub fn place_of_kind(kind: Kind, path: &str, scope: &str, inner: &str) -> Place {
    let file = inner.rsplit('/').next().unwrap_or(inner);
    let fits = match kind {
        Kind::Rule => file.ends_with(".mdc") || (file == "RULE.md" && inner.contains('/')),
        Kind::Agent | Kind::Command => file.ends_with(".md"),
        Kind::Skill => file == "SKILL.md",
    };
    if fits {
        return definition(kind, path, scope, inner);
    }
    if kind == Kind::Skill { Place::SkillFile } else { Place::Ignored(IgnoredBecause::WrongEnding) }
}

/// The definition at `path`, unless that is too long for one.
pub fn definition(kind: Kind, path: &str, scope: &str, inner: &str) -> Place {
    if path.len() > MAX_PATH_BYTES {
        return Place::Ignored(IgnoredBecause::PathTooLong);
    }
    let (path, scope, inner) = (path.to_owned(), scope.to_owned(), inner.to_owned());
    Place::Definition(Location { kind, path, scope, inner, prefix: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_and_scope(path: &str) -> Option<(Kind, String, String)> {
        Location::of(path).map(|at| (at.kind, at.scope, at.inner))
    }

    #[test]
    fn definitions_are_told_by_folder_and_ending() {
        let root = |kind, inner: &str| Some((kind, String::new(), inner.to_owned()));
        assert_eq!(kind_and_scope(".cursor/rules/style.mdc"), root(Kind::Rule, "style.mdc"));
        assert_eq!(kind_and_scope(".cursor/rules/deep/RULE.md"), root(Kind::Rule, "deep/RULE.md"));
        assert_eq!(kind_and_scope(".cursor/agents/a/b.md"), root(Kind::Agent, "a/b.md"));
        assert_eq!(kind_and_scope(".cursor/commands/x.md"), root(Kind::Command, "x.md"));
        assert_eq!(kind_and_scope(".cursor/skills/ship/land/SKILL.md"), root(Kind::Skill, "ship/land/SKILL.md"));
    }

    #[test]
    fn a_sub_project_is_the_scope() {
        let found = kind_and_scope("apps/web/.cursor/rules/style.mdc");
        assert_eq!(found, Some((Kind::Rule, "apps/web".to_owned(), "style.mdc".to_owned())));
    }

    #[test]
    fn what_is_no_definition_says_why() {
        assert_eq!(place("src/main.rs"), Place::Outside);
        assert_eq!(place("x.cursor/rules/a.mdc"), Place::Outside);
        assert_eq!(place(".cursor"), Place::Ignored(IgnoredBecause::NotAKindFolder));
        assert_eq!(place(".cursor/rules"), Place::Ignored(IgnoredBecause::NotAKindFolder));
        assert_eq!(place(".cursor/rules/a.md"), Place::Ignored(IgnoredBecause::WrongEnding));
        assert_eq!(place(".cursor/rules/RULE.md"), Place::Ignored(IgnoredBecause::WrongEnding));
        assert_eq!(place(".cursor/skills/x/run.py"), Place::SkillFile);
        let long = |length: usize| format!(".cursor/rules/{}.mdc", "x".repeat(length - 18));
        assert_eq!(place(&long(MAX_PATH_BYTES + 1)), Place::Ignored(IgnoredBecause::PathTooLong));
        assert!(Location::of(&long(MAX_PATH_BYTES)).is_some());
        assert_eq!(place(".cursor/dotcursor.yaml"), Place::Settings);
        assert_eq!(place("a/.cursor/dotcursor.yaml"), Place::Ignored(IgnoredBecause::NotAKindFolder));
    }

    #[test]
    fn a_row_tells_where_a_definition_stands_that_only_settings_make_one() {
        let plain = Location::of(".cursor/rules/a.mdc").unwrap();
        assert_eq!((plain.seen("f00"), plain.unseen()), ("f00".to_owned(), None));
        let other = Location { path: "docs/a b.md".into(), inner: "a b.md".into(), prefix: "web".into(), ..plain };
        assert_eq!(Location::from_seen("docs/a b.md", Some(&other.seen("f00"))), Some(other.clone()));
        assert_eq!(Location::from_seen("docs/a b.md", other.unseen().as_deref()), Some(other));
        assert_eq!(Location::from_seen("docs/a b.md", Some("f00")), None);
    }

    #[test]
    fn a_push_names_the_outermost_cursor_folder() {
        assert_eq!(touched_cursor_folder("a/.cursor/rules/.cursor/x"), Some("a/.cursor"));
        assert_eq!(touched_cursor_folder("a/.cursor"), Some("a/.cursor"));
        assert_eq!(touched_cursor_folder("a/cursor/x"), None);
    }
}
