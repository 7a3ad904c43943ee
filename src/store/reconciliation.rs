//! What we hold of installations and their repositories, held against what GitHub lists.

use super::{Store, StoreError};
use crate::model::{InstallationId, ListedInstallation, ListedRepository, RepositoryId, RepositoryList};
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::BTreeSet;

/// Whoever took up an installation and does not renew that within this time is taken for dead.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(if cfg!(feature = "hold") { 10 } else { 300 });
/// Repositories of one transaction: few enough not to be felt by pushes that come in.
const AT_ONCE: usize = 200;

/// An installation that is held against what GitHub lists.
#[derive(Clone, Copy, Debug)]
pub struct Visit {
    pub installation: InstallationId,
    /// Until then it is this one's. What hints meanwhile at something else moves it, and is not forgotten.
    pub leased_until: NaiveDateTime,
}

/// What came of holding it against a list.
#[derive(Clone, Debug, Default)]
pub struct Held {
    /// These are owed a comparison.
    pub owed: Vec<RepositoryId>,
    /// Not in the list, and not changed here since it was asked for.
    pub missing: BTreeSet<i64>,
}

impl Store {
    /// Takes in what GitHub lists: new installations, suspended ones, what is granted. One that is not listed is looked at by
    /// itself before anything is concluded from it.
    pub async fn take_in_installations(
        &self,
        listed: &[ListedInstallation],
        begun: NaiveDateTime,
    ) -> Result<(), StoreError> {
        commit!(self, reconciliation::installations(listed, begun))
    }

    /// An installation whose turn it is to be held against what GitHub lists.
    pub async fn take_installation(&self) -> Result<Option<Visit>, StoreError> {
        match read!(self, reconciliation::next())? {
            Some(id) => commit!(self, reconciliation::take(id, LEASE)),
            None => Ok(None),
        }
    }

    /// Whoever is at it still is. `None` if something has asked meanwhile for it to be looked at anew.
    pub async fn renew_installation(&self, visit: Visit) -> Result<Option<Visit>, StoreError> {
        commit!(self, reconciliation::renew(visit, LEASE))
    }

    /// It was: its next turn is after `pause`.
    pub async fn reconciled(&self, visit: Visit, pause: TimeDelta) -> Result<(), StoreError> {
        commit!(self, reconciliation::done(visit, pause))
    }

    /// It could not be, and is tried again at this time.
    pub async fn put_off_installation(&self, visit: Visit, until: NaiveDateTime) -> Result<(), StoreError> {
        commit!(self, reconciliation::put_off(visit, until))
    }

    /// What the installation may see, as GitHub listed it from `begun` on. What changed here since then is left alone, as the
    /// list may be older.
    pub async fn hold_against(
        &self,
        installation: InstallationId,
        list: &RepositoryList,
        begun: NaiveDateTime,
    ) -> Result<Held, StoreError> {
        let mut owed = commit!(self, reconciliation::active(installation.0, begun))?;
        for some in list.repositories.chunks(AT_ONCE) {
            let some: &[ListedRepository] = some;
            owed.extend(commit!(self, reconciliation::listed(installation.0, some, begun))?);
        }
        Ok(Held { owed, missing: self.missing_from(installation, list, begun).await? })
    }

    /// Repositories of the installation that the list leaves out; none if it may have left one out itself.
    pub async fn missing_from(
        &self,
        installation: InstallationId,
        list: &RepositoryList,
        begun: NaiveDateTime,
    ) -> Result<BTreeSet<i64>, StoreError> {
        if list.is_whole {
            read!(self, reconciliation::missing(installation.0, list, begun))
        } else {
            Ok(BTreeSet::new())
        }
    }

    /// These are not the installation's any more. Returns those that are owed a comparison.
    pub async fn left(&self, installation: InstallationId, gone: &[i64]) -> Result<Vec<RepositoryId>, StoreError> {
        let mut owed = Vec::new();
        for some in gone.chunks(AT_ONCE) {
            owed.extend(commit!(self, reconciliation::remove(installation.0, some))?);
        }
        Ok(owed)
    }

    /// GitHub says that the installation is suspended.
    pub async fn suspended(&self, installation: InstallationId) -> Result<(), StoreError> {
        commit!(self, reconciliation::suspended(installation.0))
    }

    /// GitHub says that there is no such installation any more. Returns the repositories that are owed a comparison.
    pub async fn uninstalled(&self, installation: InstallationId) -> Result<Vec<RepositoryId>, StoreError> {
        commit!(self, reconciliation::uninstalled(installation.0))
    }

    /// What GitHub answered hints that the installation is not what we take it for.
    pub async fn doubt_installation(&self, installation: InstallationId) -> Result<(), StoreError> {
        commit!(self, duties::hasten_installations(&[installation.0]))
    }
}
