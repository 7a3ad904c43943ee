//! Folders in which other tools keep what `.cursor` holds, and how far a repository's definitions lie apart.

use super::Kind;
use serde::{Deserialize, Serialize};

/// `.claude/agents`: such folders, at the root or in a sub-project, hold definitions of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ToolFolder {
    tool: Tool,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Tool {
    Agents,
    Claude,
    Codex,
}

impl Tool {
    fn folder(self) -> &'static str {
        match self {
            Self::Agents => ".agents",
            Self::Claude => ".claude",
            Self::Codex => ".codex",
        }
    }
}

impl ToolFolder {
    pub const ALL: [Self; 6] = [
        Self { tool: Tool::Agents, kind: Kind::Skill },
        Self { tool: Tool::Claude, kind: Kind::Agent },
        Self { tool: Tool::Claude, kind: Kind::Command },
        Self { tool: Tool::Claude, kind: Kind::Skill },
        Self { tool: Tool::Codex, kind: Kind::Agent },
        Self { tool: Tool::Codex, kind: Kind::Skill },
    ];

    pub fn kind(self) -> Kind {
        self.kind
    }

    /// `.claude/agents`
    pub fn name(self) -> String {
        format!("{}/{}", self.tool.folder(), self.kind.plural())
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|folder| folder.name() == name)
    }

    /// What lies above the folder, and where `path` is in it: `apps/web/.claude/agents/x.md` → `apps/web` and `x.md`.
    pub fn split(self, path: &str) -> Option<(&str, &str)> {
        let (tool, mut from) = (self.tool.folder(), 0);
        loop {
            let at = from + path.get(from..)?.find(tool)?;
            let scope = path.get(..at)?;
            let below = path.get(at + tool.len()..)?.strip_prefix('/');
            let inner = below.and_then(|below| below.strip_prefix(self.kind.plural())?.strip_prefix('/'));
            if let Some(inner) = inner.filter(|_| scope.is_empty() || scope.ends_with('/')) {
                return Some((scope.trim_end_matches('/'), inner));
            }
            from = at + tool.len();
        }
    }
}

impl ToolFolder {
    /// The folders that `path` lies in. Most paths have no part that begins with a dot, and are not looked at closer.
    pub fn touched(path: &str) -> impl Iterator<Item = Self> {
        let may_be = path.starts_with('.') || path.contains("/.");
        Self::ALL.into_iter().filter(move |folder| may_be && folder.split(path).is_some())
    }
}

impl TryFrom<String> for ToolFolder {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::from_name(&name).ok_or_else(|| format!("{name:?} is no folder of a tool that is known"))
    }
}

impl From<ToolFolder> for String {
    fn from(folder: ToolFolder) -> Self {
        folder.name()
    }
}

/// Where files of a repository may be definitions, by its owner's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Below `.cursor` only.
    #[default]
    Cursor,
    /// In these folders as well.
    Folders(Vec<ToolFolder>),
    Anywhere,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_found_at_the_root_and_in_a_sub_project() {
        let agents = ToolFolder::from_name(".claude/agents").expect("a folder that is known");
        assert_eq!(agents.split(".claude/agents/x.md"), Some(("", "x.md")));
        assert_eq!(agents.split("apps/web/.claude/agents/a/x.md"), Some(("apps/web", "a/x.md")));
        assert_eq!(agents.split(".claude/skills/.claude/agents/x.md"), Some((".claude/skills", "x.md")));
        for other in [".claude/agents", "x.claude/agents/y.md", ".claude/agentsx/y.md", ".claude/skills/y.md"] {
            assert_eq!(agents.split(other), None, "{other}");
        }
    }
}
