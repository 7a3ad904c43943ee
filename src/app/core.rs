//! What all the loops of a process share.

use super::debts::Debts;
use super::fetcher::Fetcher;
use super::handout::Handouts;
use crate::cache::{Cache, Revisions};
use crate::github::{GitHub, Urgency};
use crate::plan::comparison::Changed;
use crate::queue::{Announcer, Notice, Queue};
use crate::store::Store;
use crate::tell::Desk;
use chrono::TimeDelta;

#[derive(Debug)]
pub struct Core {
    pub store: Store,
    pub github: GitHub,
    pub queue: Queue,
    pub announcer: Announcer,
    pub cache: Cache,
    pub revisions: Revisions,
    pub debts: Debts,
    pub handouts: Handouts,
    /// For the links in check runs.
    pub desk: Desk,
    /// How long GitHub's replicas may lag.
    pub lag: TimeDelta,
    /// Each tracked head is looked at this often.
    pub sync_interval: TimeDelta,
    /// A task that is out for longer is published again.
    pub task_timeout: TimeDelta,
    /// How long the history of a removed repository is kept.
    pub retention: TimeDelta,
}

impl Core {
    pub fn fetcher(&self, urgency: Urgency) -> Fetcher<'_> {
        Fetcher { store: &self.store, github: &self.github, cache: &self.cache, urgency }
    }

    /// After a commit that changed a workspace: here at once, and on every other instance.
    pub fn announce_change(&self, changed: Changed) {
        self.revisions.learn(&changed.workspace, changed.revision);
        let notice = Notice::Changed { workspace: changed.workspace, revision: changed.revision };
        self.announcer.announce(notice);
    }
}
