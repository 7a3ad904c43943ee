//! What only serves a time is deleted when its time is over; and how much is waiting.

use super::rows::repository::Repository;
use super::{Store, StoreError};
use crate::model::RepositoryId;
use chrono::TimeDelta;

/// Deliveries, and dead letters, are kept for people to look at.
const DELIVERIES_KEPT: TimeDelta = TimeDelta::days(14);
/// Who was away for longer reads everything again.
const EVENTS_KEPT: TimeDelta = TimeDelta::days(1);

impl Store {
    pub async fn repository(&self, id: RepositoryId) -> Result<Option<Repository>, StoreError> {
        read!(self, repositories::find(id.0))
    }

    /// Deletes old deliveries, dead letters and events, bytes that no task refers to, and repositories removed for longer
    /// than `retention`; and settles the links that no run will. Each of these in a transaction of its own, so that no other
    /// one waits for more than one of them.
    pub async fn purge(&self, retention: TimeDelta) -> Result<(), StoreError> {
        commit!(self, upkeep::purge(DELIVERIES_KEPT))?;
        commit!(self, events::purge(EVENTS_KEPT))?;
        commit!(self, letters::purge(DELIVERIES_KEPT))?;
        for repository in read!(self, upkeep::long_removed(retention))? {
            commit!(self, upkeep::forget(repository, retention))?;
        }
        // What a migration owes where nothing is pushed.
        for workspace in read!(self, links::owing())? {
            commit!(self, jobs::settle(&workspace))?;
        }
        Ok(())
    }

    /// How many tasks are open and how old the oldest is that is due.
    pub async fn backlog(&self) -> Result<(i64, Option<TimeDelta>), StoreError> {
        read!(self, upkeep::backlog())
    }
}
