//! What a planner hands to the store, and what comes back.

use super::Survey;
use super::settings::Noted;
use crate::model::{BlobSha, CommitSha, DeliveryId, RepositoryId, RunId, TaskId, WorkspaceId};
use crate::queue::Lane;

/// A head, with what its tree holds of ours, and the debt that reading it pays.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub repository: RepositoryId,
    /// The value of `wanted` that was read before the head was (rule 2).
    pub wanted: i64,
    /// Likewise; paid only by a whole comparison.
    pub wanted_whole: i64,
    /// `None` while there is nothing to follow: an empty repository, a branch that is gone.
    pub head: Option<Head>,
    /// What GitHub says of the repository now; `None` if GitHub was not asked.
    pub facts: Option<Facts>,
    /// What the owner says; `None` if nobody looked.
    pub settings: Option<Noted>,
    /// `None` if the head alone said that nothing has changed since the last whole comparison.
    pub survey: Option<Survey>,
    /// What asked for it, as `sync_runs.reason` holds it.
    pub reason: Reason,
    /// The newest delivery that it answers, for the logs.
    pub delivery: Option<DeliveryId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub commit: CommitSha,
    pub branch: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub full_name: String,
    pub private: bool,
    pub archived: bool,
    pub default_branch: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Import,
    Push,
    Request,
    /// The schedule, or a repair: nobody waits for it.
    Check,
}

impl Reason {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Push => "push",
            Self::Request => "request",
            Self::Check => "check",
        }
    }

    /// What a person waits for goes before bulk.
    pub fn lane(self) -> Lane {
        match self {
            Self::Push | Self::Request => Lane::Person,
            Self::Import | Self::Check => Lane::Bulk,
        }
    }
}

/// How a comparison ended.
#[derive(Clone, Debug)]
pub enum Planned {
    /// The repository is not known any more, or another planner has paid the debt.
    Superseded,
    /// What was read does not cover what we hold by now: read again.
    ReadAgain,
    /// Nothing had to be read.
    Settled { changed: Option<Changed> },
    /// A run with these tasks is under way.
    Run { run: RunId, tasks: Vec<PlannedTask>, changed: Option<Changed> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedTask {
    pub task: TaskId,
    pub path: String,
    pub blob: BlobSha,
    pub size: Option<u64>,
    /// Not before this time: the same bytes failed before.
    pub put_off: bool,
}

/// A workspace shows something else from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub workspace: WorkspaceId,
    pub revision: i64,
}
