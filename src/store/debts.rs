//! What repositories are owed: found, taken up by a planner, put off, let go.

use super::rows::debt::Debt;
use super::{Store, StoreError};
use crate::model::{CommitSha, RepositoryId};
use crate::queue::Lane;
use chrono::{NaiveDateTime, TimeDelta};

/// A planner that has not renewed its lease by then is taken for dead. Only spares calls: two planners at once do no harm.
const LEASE: TimeDelta = TimeDelta::seconds(3);

impl Store {
    /// Active repositories that are owed a comparison now, those a person waits for first.
    pub async fn due_debts(&self, limit: i64) -> Result<Vec<(RepositoryId, Lane)>, StoreError> {
        read!(self, debts::due(limit))
    }

    /// Takes up a debt, unless nothing is owed, it is put off, or another planner is at it.
    pub async fn take_debt(&self, repository: RepositoryId) -> Result<Option<Debt>, StoreError> {
        commit!(self, debts::take(repository.0, LEASE))
    }

    /// The planner is alive and still reading. Nothing happens if the debt is nobody's by now.
    pub async fn renew_debt(&self, repository: RepositoryId) -> Result<(), StoreError> {
        commit!(self, debts::renew(repository.0, LEASE))
    }

    /// The planner is done: `wanted` was paid. Returns whether more is owed by now. `next_look` is given where the whole
    /// tree was looked at: the schedule's turn comes that much later.
    pub async fn settle_debt(
        &self,
        repository: RepositoryId,
        wanted: i64,
        next_look: Option<TimeDelta>,
    ) -> Result<bool, StoreError> {
        commit!(self, debts::settle(repository.0, wanted, next_look))
    }

    /// Keeps the debt until `until`, for a reason that people can read.
    pub async fn put_off_debt(
        &self,
        repository: RepositoryId,
        until: NaiveDateTime,
        reason: &str,
    ) -> Result<(), StoreError> {
        commit!(self, debts::put_off(repository.0, until, reason))
    }

    /// Rule 6: a delivery that came between `since` and `until` says that GitHub has left `head`.
    pub async fn has_left(
        &self,
        repository: RepositoryId,
        head: &CommitSha,
        since: NaiveDateTime,
        until: NaiveDateTime,
    ) -> Result<bool, StoreError> {
        read!(self, debts::has_left(repository.0, head.as_str(), since, until))
    }

    /// The same for a branch that GitHub does not show: a delivery that came between `since` and `until` says that it is there.
    pub async fn has_come(
        &self,
        repository: RepositoryId,
        since: NaiveDateTime,
        until: NaiveDateTime,
    ) -> Result<bool, StoreError> {
        read!(self, debts::has_come(repository.0, since, until))
    }

    /// Every repository's turn is now: a process has started and does not know what it missed. Returns when that is: soon after
    /// another start it is later, lest the schedule's share is used up. Definitions that an older reader made are read again.
    pub async fn look_at_all(&self) -> Result<NaiveDateTime, StoreError> {
        // Apart: it waits for whoever is at a repository, and nobody shall wait for it with what receivers need.
        commit!(self, debts::forget_older_readers())?;
        commit!(self, duties::hasten_all())
    }

    /// Owes the comparisons that were due on account of tasks given up.
    pub async fn schedule_repairs(&self, limit: i64) -> Result<Vec<RepositoryId>, StoreError> {
        commit!(self, debts::repairs(limit))
    }
}
