//! What happened to a definition.

use crate::model::Kind;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    pub how: How,
    pub kind: Kind,
    pub path: String,
    pub name: String,
}

/// In the order in which they are told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    Added,
    Changed,
    Moved { from: String },
    Removed,
}

impl How {
    pub(super) const WORDS: [&'static str; 4] = ["added", "changed", "moved", "removed"];

    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Moved { .. } => "moved",
            Self::Removed => "removed",
        }
    }
}
