//! What a repository's owner says of it in `.cursor/dotcursor.yaml`: which branch is followed, which files are definitions, how
//! they are called, and what becomes of findings and conflicts. docs/SETTINGS.md explains every key.
//!
//! In come the bytes of the file; out go [`Settings`] with diagnostics, and the [`Layout`] that says of each path what it is under
//! them. Pure. A file that is broken has no settings: who keeps the last good ones is the store.

mod by_kind;
mod closest;
mod layout;
mod places;
mod read;
mod strictness;
#[cfg(test)]
mod tests;
mod values;

pub use crate::model::location::SETTINGS as FILE;
pub use layout::Layout;
pub use read::{MAX_BYTES, Reading, branch_missing, not_a_file, read, too_large};
pub use strictness::Strictness;

use crate::model::{Kind, Preference, Reach, ToolFolder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one file says, or what is in force: a key that is not set has its default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// The branch that is followed, in place of the default branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// Paths that are no definitions, though they look so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exclude: Option<Vec<String>>,
    /// Paths elsewhere that are definitions, by kind.
    #[serde(with = "by_kind", skip_serializing_if = "Option::is_none")]
    pub include: Option<BTreeMap<Kind, Vec<String>>>,
    /// Folders of other tools whose files are definitions too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folders: Option<Vec<ToolFolder>>,
    /// Stands before the name of every definition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// How check runs end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<Strictness>,
    /// Who wins where git changes what was edited here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflicts: Option<Preference>,
}

impl Settings {
    /// These, and below them what the organisation says for all of its repositories. Branches are each repository's own.
    pub fn over(&self, organisation: &Self) -> Self {
        let own = self.clone();
        let below = organisation.clone();
        Self {
            branch: own.branch,
            exclude: own.exclude.or(below.exclude),
            include: own.include.or(below.include),
            folders: own.folders.or(below.folders),
            prefix: own.prefix.or(below.prefix),
            check: own.check.or(below.check),
            conflicts: own.conflicts.or(below.conflicts),
        }
    }

    /// From a row; what another version of the program wrote and this one cannot read counts as nothing said.
    pub fn stored(value: Option<&serde_json::Value>) -> Self {
        value.and_then(|value| serde_json::from_value(value.clone()).ok()).unwrap_or_default()
    }

    /// For a row; nothing where nothing is said.
    pub fn to_stored(&self) -> Option<serde_json::Value> {
        (*self != Self::default()).then(|| serde_json::json!(self))
    }

    /// Where files may be definitions.
    pub fn reach(&self) -> Reach {
        if self.include.as_ref().is_some_and(|include| !include.is_empty()) {
            return Reach::Anywhere;
        }
        match &self.folders {
            Some(folders) if !folders.is_empty() => Reach::Folders(folders.clone()),
            _ => Reach::Cursor,
        }
    }

    pub fn strictness(&self) -> Strictness {
        self.check.unwrap_or_default()
    }
}
