//! What people write over the API: definitions made, changed, put back, deleted, and conflicts settled.

use super::{Store, StoreError};
use crate::model::{Actor, DefinitionId, Diagnostic, Kind, Location, Side, WorkspaceId};
use crate::plan::comparison::Changed;
use chrono::NaiveDateTime;
use serde_json::{Value, json};

/// One write. Several may share a transaction.
#[derive(Clone, Debug)]
pub enum Edit {
    Create {
        kind: Kind,
        at: At,
        content: String,
    },
    Update {
        target: Target,
        content: String,
    },
    /// A new version with the text of an old one; brings back what was hidden.
    Revert {
        target: Target,
        version: i32,
    },
    Delete {
        target: Target,
    },
    /// `blob` is the one of git that whoever decides has seen; none where git has deleted the file.
    Resolve {
        target: Target,
        take: Side,
        blob: Option<String>,
    },
}

impl Edit {
    /// As the audit log calls it.
    pub(crate) fn action(&self) -> &'static str {
        match self {
            Self::Create { .. } => "definition.create",
            Self::Update { .. } => "definition.update",
            Self::Revert { .. } => "definition.revert",
            Self::Delete { .. } => "definition.delete",
            Self::Resolve { .. } => "definition.resolve",
        }
    }

    /// What the audit log says besides.
    pub(crate) fn details(&self, done: &Done) -> Value {
        let mut details = json!({"name": done.name, "version": done.version});
        match self {
            Self::Revert { version, .. } => details["to"] = json!(version),
            Self::Resolve { take, blob, .. } => {
                details["take"] = json!(take.as_str());
                details["blob"] = json!(blob);
            }
            Self::Create { .. } | Self::Update { .. } | Self::Delete { .. } => {}
        }
        details
    }
}

/// Where a new definition stands.
#[derive(Clone, Debug)]
pub enum At {
    /// Nowhere in a tree: it has a name only.
    Name(String),
    Path(Location),
}

/// Which definition is meant, and in which state.
#[derive(Clone, Debug)]
pub struct Target {
    pub kind: Kind,
    pub name_or_id: String,
    /// Anything else than this by now: [`Refusal::Stale`].
    pub expected: Option<Expected>,
}

/// The state of a definition that somebody has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub version: i32,
    /// The very state; where it is missing the version says enough.
    pub updated_at: Option<NaiveDateTime>,
}

/// What came of a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    pub id: DefinitionId,
    pub name: String,
    /// The version that is served now.
    pub version: i32,
    /// Whether anything is different from before.
    pub changed: bool,
}

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    NoWorkspace,
    NoDefinition,
    NoVersion,
    /// It has changed since it was seen.
    Stale,
    /// Another definition of source `local` has the name or the path.
    Taken {
        field: &'static str,
        value: String,
        by: DefinitionId,
    },
    /// The text names itself otherwise.
    OtherName {
        given: String,
        read: String,
    },
    /// The reader's errors, with whatever else it found.
    Broken(Vec<Diagnostic>),
    /// There is no conflict of an edit to settle.
    NoConflict,
    /// Git has another blob by now than the one that was named.
    MovedOn {
        blob: Option<String>,
    },
}

/// The outcome of a write, and what the workspace shows from now on.
pub type Outcome = Result<Done, Refusal>;

impl Store {
    /// Writes in one transaction. Nothing is written if it is refused.
    pub async fn edit(
        &self,
        workspace: &WorkspaceId,
        actor: &Actor,
        edit: &Edit,
    ) -> Result<(Outcome, Option<Changed>), StoreError> {
        commit!(self, edits::one(workspace.as_str(), actor, edit))
    }
}
