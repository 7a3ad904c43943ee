//! Where a path of a repository belongs: which files are definitions, and why others are not.
//!
//! Definitions are `**/.cursor/rules/**/*.mdc` (and `RULE.md` in a folder), `**/.cursor/agents/**/*.md`,
//! `**/.cursor/commands/**/*.md` and `**/.cursor/skills/**/SKILL.md`, at the root or in a sub-project,
//! whose folder is then the definition's scope.

use super::Kind;

const CURSOR: &str = ".cursor";

/// Paths of definitions are keys of the registry, and no database takes keys of any length. The longest of a real file that
/// we know of has 160 bytes.
const MAX_PATH_BYTES: usize = 1000;

/// What a path is to us. Decided by the text of the path alone; modes are for the plan stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Definition(Location),
    /// Below a `skills` folder and not a `SKILL.md`: belongs to the nearest skill above it, if there is one.
    SkillFile,
    /// Below `.cursor`, and no definition.
    Ignored(IgnoredBecause),
    /// Not below a `.cursor` folder.
    Outside,
}

/// The path of a definition, taken apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    pub kind: Kind,
    /// From the root of the repository, `/` between parts.
    pub path: String,
    /// Folder of the sub-project; empty at the root.
    pub scope: String,
    /// Below the kind's folder: `frontend/x.mdc`.
    pub inner: String,
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
        Self { kind, path: format!("{CURSOR}/{}/{inner}", kind.plural()), scope: String::new(), inner }
    }

    /// `None` if `path` is no definition.
    pub fn of(path: &str) -> Option<Self> {
        match place(path) {
            Place::Definition(location) => Some(location),
            _ => None,
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

/// Decides what `path` is to us.
pub fn place(path: &str) -> Place {
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
    let file = inner.rsplit('/').next().unwrap_or(inner);
    let fits = match kind {
        Kind::Rule => file.ends_with(".mdc") || (file == "RULE.md" && inner.contains('/')),
        Kind::Agent | Kind::Command => file.ends_with(".md"),
        Kind::Skill => file == "SKILL.md",
    };
    if fits && path.len() > MAX_PATH_BYTES {
        Place::Ignored(IgnoredBecause::PathTooLong)
    } else if fits {
        Place::Definition(Location { kind, path: path.to_owned(), scope: scope.to_owned(), inner: inner.to_owned() })
    } else if kind == Kind::Skill {
        Place::SkillFile
    } else {
        Place::Ignored(IgnoredBecause::WrongEnding)
    }
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
    }

    #[test]
    fn a_push_names_the_outermost_cursor_folder() {
        assert_eq!(touched_cursor_folder("a/.cursor/rules/.cursor/x"), Some("a/.cursor"));
        assert_eq!(touched_cursor_folder("a/.cursor"), Some("a/.cursor"));
        assert_eq!(touched_cursor_folder("a/cursor/x"), None);
    }
}
