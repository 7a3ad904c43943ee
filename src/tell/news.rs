//! All that there is to be told of one commit.

use super::Change;
use crate::model::{Diagnostic, Severity};
use crate::settings::Strictness;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    pub subject: Subject,
    pub changes: Vec<Change>,
    pub findings: Vec<Finding>,
    /// Files that could not be had from GitHub.
    pub unread: Vec<Unread>,
    pub counts: Counts,
    /// Which findings fail the check.
    pub strictness: Strictness,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A commit of the branch that is followed.
    Head { commit: String, branch: Option<String> },
    /// A pull request; `into_followed` says whether its base is the branch that is followed.
    Pull { base: String, into_followed: bool },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    /// The file is among the changed ones; else it was wrong before.
    pub fresh: bool,
    pub diagnostic: Diagnostic,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub path: String,
    pub reason: String,
}

/// Definitions of the repository by how they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub all: i64,
    pub synced: i64,
}

impl Default for Subject {
    fn default() -> Self {
        Self::Head { commit: String::new(), branch: None }
    }
}

impl News {
    pub(super) fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.diagnostic.severity == severity).count()
    }
}
