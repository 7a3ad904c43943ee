//! What GitHub is owed in check runs: an outbox, written by the transaction that ends a run, and paid by a loop of its own.
//!
//! One check stands for one commit. It is owed, then shown; or it is dropped, for a reason that is kept. One process at a time
//! writes for an installation, no faster than GitHub lets it, and whatever is in the way of one installation is in no other's.

use super::rows::check::CheckRow;
use super::rows::repository::Repository;
use super::{Store, StoreError};
use crate::model::{CheckId, InstallationId, Report, WorkspaceId};
use crate::settings::Settings;
use crate::tell::{Desk, Standing};
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::BTreeSet;

/// Longer than one call of GitHub takes (Enterprise Server: half a minute); renewed before each.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(if cfg!(feature = "hold") { 3 } else { 45 });
/// GitHub takes 500 pieces of content an hour, and 80 a minute.
pub(crate) const BETWEEN_WRITES: TimeDelta = TimeDelta::seconds(8);
/// Whoever pushes to a pull request, from a fork perhaps, spends the owner's calls: no more than 1,800 looks an hour.
const BETWEEN_LOOKS: TimeDelta = TimeDelta::seconds(2);
/// So many at once, where nothing was written for a while.
pub(crate) const AT_ONCE: i32 = 50;

/// A check that is owed, taken by a process that is going to pay it.
#[derive(Clone, Debug)]
pub struct CheckDebt {
    pub check: CheckRow,
    pub repository: Repository,
}

impl CheckDebt {
    pub fn id(&self) -> CheckId {
        CheckId::from_text(self.check.id.clone())
    }

    pub fn installation(&self) -> InstallationId {
        InstallationId::new(self.repository.installation_id)
    }

    /// GitHub shows something of it already, or may do so.
    pub fn is_on_github(&self) -> bool {
        self.check.run_id.is_some() || self.check.unsure
    }
}

/// What is to be done about a check.
#[derive(Clone, Debug)]
pub enum Due {
    Tell(Report),
    /// The pull request is to be read first.
    Read,
    /// What it is about is not settled yet.
    NotYet,
    /// This commit took its place.
    Superseded(String),
    Nothing(&'static str),
}

/// What is in the way of an installation's check runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hindrance {
    pub repository: i64,
    pub until: NaiveDateTime,
    pub reason: String,
}

impl Store {
    /// Takes the check that has been owed longest of those that can be paid now.
    pub async fn take_check(&self) -> Result<Option<CheckDebt>, StoreError> {
        commit!(self, check_payment::take())
    }

    /// Whoever took a check of the installation is still at it.
    pub async fn renew_checks(&self, installation: InstallationId) -> Result<(), StoreError> {
        commit!(self, check_payment::renew(installation.0))
    }

    /// Nobody writes for the installation any more.
    pub async fn release_checks(&self, installation: InstallationId) -> Result<(), StoreError> {
        commit!(self, check_payment::release(installation.0))
    }

    /// What is to be told, written down so that it is the same however often telling it is begun.
    pub async fn check_due(&self, debt: &CheckDebt, desk: &Desk) -> Result<Due, StoreError> {
        commit!(self, check_due::due(debt, desk))
    }

    /// Writes down what is to be told of a pull request.
    pub async fn keep_report(&self, debt: &CheckDebt, report: &Report) -> Result<(), StoreError> {
        commit!(self, check_due::keep(debt, report))
    }

    /// What stands in the workspace, with what is said of these files of the repository.
    pub async fn standing_around(
        &self,
        repository: &Repository,
        touched: &BTreeSet<String>,
    ) -> Result<Vec<Standing>, StoreError> {
        snapshot!(self, check_around::standing(repository, touched))
    }

    /// What the organisation says for the repository.
    pub async fn organisation_settings(&self, repository: &Repository) -> Result<Settings, StoreError> {
        read!(self, owner_settings::of_organisation(repository))
    }

    /// A pull request is about to be looked at.
    pub async fn begin_look(&self, debt: &CheckDebt) -> Result<(), StoreError> {
        commit!(self, check_payment::spend(debt.repository.installation_id, BETWEEN_LOOKS))
    }

    /// A write is about to be sent. From now on GitHub may hold more than is known here.
    pub async fn begin_write(&self, debt: &CheckDebt, generation: i32) -> Result<(), StoreError> {
        commit!(self, check_payment::begin_write(debt, generation))
    }

    /// GitHub shows all of it, with these annotations.
    pub async fn check_shown(&self, debt: &CheckDebt, run: i64, annotated: &str) -> Result<(), StoreError> {
        commit!(self, check_payment::shown(debt, run, annotated))
    }

    /// It is not told, for this reason.
    pub async fn drop_check(&self, debt: &CheckDebt, reason: &str) -> Result<(), StoreError> {
        commit!(self, check_payment::drop_it(debt, reason))
    }

    /// It is tried again at this time. With a reason it counts as an attempt that failed.
    pub async fn put_off_check(
        &self,
        debt: &CheckDebt,
        until: NaiveDateTime,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        commit!(self, check_payment::put_off(debt, until, reason))
    }

    /// Nothing is written for the installation before this time.
    pub async fn block_checks(
        &self,
        installation: InstallationId,
        until: NaiveDateTime,
        reason: &str,
    ) -> Result<(), StoreError> {
        commit!(self, check_payment::block(installation.0, until, reason))
    }

    /// What is in the way of check runs in a workspace, by repository.
    pub async fn check_hindrances(&self, workspace: &WorkspaceId) -> Result<Vec<Hindrance>, StoreError> {
        read!(self, checks::hindrances(workspace.as_str()))
    }
}
