//! Which repositories planners are to look at next, each once however often it is named.
//!
//! Only a hint: the debt itself is in the database, and the sweeper names again what was forgotten.

use crate::model::RepositoryId;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

#[derive(Debug, Default)]
pub struct Debts {
    waiting: Mutex<VecDeque<RepositoryId>>,
    named: Notify,
}

impl Debts {
    /// Names a repository that is owed something.
    pub fn name(&self, repository: RepositoryId) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if !waiting.contains(&repository) {
            waiting.push_back(repository);
        }
        drop(waiting);
        self.named.notify_one();
    }

    /// The next one; waits until there is one.
    pub async fn next(&self) -> RepositoryId {
        loop {
            let named = self.named.notified();
            if let Some(repository) = self.take() {
                return repository;
            }
            named.await;
        }
    }

    fn take(&self) -> Option<RepositoryId> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = waiting.pop_front();
        if !waiting.is_empty() {
            // Another planner may be asleep: one notice wakes one.
            self.named.notify_one();
        }
        taken
    }
}
