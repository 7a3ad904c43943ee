//! Statuses as the field uses them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a definition stands to git.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SyncStatus {
    Synced,
    Pending,
    Conflict,
    Error,
}

/// How far a run or a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WorkStatus {
    Pending,
    Processing,
    Completed,
    Failed,
}

impl SyncStatus {
    pub const ALL: [Self; 4] = [Self::Synced, Self::Pending, Self::Conflict, Self::Error];

    /// Error comes before conflict, conflict before pending, pending before synced.
    pub fn of(error: bool, conflict: bool, pending: bool) -> Self {
        if error {
            Self::Error
        } else if conflict {
            Self::Conflict
        } else if pending {
            Self::Pending
        } else {
            Self::Synced
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Synced => "synced",
            Self::Pending => "pending",
            Self::Conflict => "conflict",
            Self::Error => "error",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

impl WorkStatus {
    pub const ALL: [Self; 4] = [Self::Pending, Self::Processing, Self::Completed, Self::Failed];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}
