//! What the parse stage makes of one file.

use super::{Diagnostic, Kind, Severity};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What one file says. Comes from [`crate::parse::parse`]; whether its name is free is for `resolve` to say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parsed {
    pub kind: Kind,
    /// Unique per workspace and kind, if no other file claims it: see [`super::name`].
    pub name: String,
    /// The first heading of the body, if there is one.
    pub title: Option<String>,
    pub description: Option<String>,
    /// The frontmatter's keys and values in their order; empty where there is none.
    pub frontmatter: Map<String, Value>,
    /// The kind's own attributes under the names that the API shows (`model`, `globPatterns`, `ruleType`, …).
    pub attributes: Map<String, Value>,
    /// The whole text of the file as it stands in git, frontmatter included. Not-UTF-8 bytes are replaced, and an error says so.
    pub content: String,
    pub references: Vec<Reference>,
    pub diagnostics: Vec<Diagnostic>,
    pub line_count: u32,
}

impl Parsed {
    /// The first finding that makes the file broken.
    pub fn error(&self) -> Option<&Diagnostic> {
        self.diagnostics.iter().find(|finding| finding.severity == Severity::Error)
    }
}

/// One place in a file that names another definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    pub kind: ReferenceKind,
    /// The kind of the target where the text tells it.
    pub target_kind: Option<Kind>,
    /// The target as the text names it. With a `/` it is a path from the root of the repository (of a definition, or of
    /// a file or folder of a skill: then the nearest skill above is meant); else it is a definition's name.
    pub target: String,
    pub line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReferenceKind {
    /// Frontmatter: `depends_on`, `agents`, `skills`, `invokes`.
    Explicit,
    /// A Markdown or `mdc:` link, a `.cursor/…` path, `@file`.
    Link,
    /// `subagent_type: x`, `/command`.
    Call,
    /// A known name in backticks.
    Mention,
}

/// A file beside a skill's `SKILL.md`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportFile {
    /// Relative to the skill's folder.
    pub path: String,
    pub blob: super::BlobSha,
    /// Bytes.
    pub size: u64,
}

impl SupportFile {
    /// The files beside a skill, as its attributes list them.
    pub fn listed_in(attributes: &Value) -> Vec<Self> {
        serde_json::from_value(attributes[Self::ATTRIBUTE].clone()).unwrap_or_default()
    }

    pub const ATTRIBUTE: &str = "supportFiles";
}

impl Reference {
    /// Whether a definition is certainly meant, so that one that is not there is worth telling. Agents often speak of documents
    /// at the root of other projects: a link to `CODE_OF_CONDUCT.md` is none to an agent.
    pub fn is_meant(&self) -> bool {
        match self.kind {
            ReferenceKind::Explicit => true,
            ReferenceKind::Link => !self.names_a_document(),
            ReferenceKind::Call | ReferenceKind::Mention => false,
        }
    }

    fn names_a_document(&self) -> bool {
        let file = self.target.rsplit('/').next().unwrap_or_default();
        let stem = file.strip_suffix(".md").unwrap_or(file);
        let may_be = matches!(self.target_kind, Some(Kind::Agent | Kind::Command));
        may_be && !stem.contains(char::is_lowercase) && stem.contains(char::is_uppercase)
    }
}

impl ReferenceKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Link => "link",
            Self::Call => "call",
            Self::Mention => "mention",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Explicit, Self::Link, Self::Call, Self::Mention].into_iter().find(|kind| kind.as_str() == text)
    }
}
