//! Whose heads are compared next: the longest unseen first, many of one installation together.

use super::rows::repository::Repository;
use super::{Store, StoreError};
use crate::model::{InstallationId, RepositoryId};
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::BTreeSet;

/// With more repositories an installation waits longer for each: a call every nine seconds, four hundred an hour.
pub const SHARE: TimeDelta = TimeDelta::milliseconds(90);

/// Repositories of one query.
const AT_ONCE: i64 = 100;

/// Repositories of one installation whose turn it is, or is soon.
#[derive(Clone, Debug)]
pub struct Turns {
    pub installation: InstallationId,
    pub repositories: Vec<Repository>,
    /// Those for which something else is said by now than what is in force: their organisation's repository came, went or moved.
    pub ruled_otherwise: BTreeSet<i64>,
    /// Of all that the installation has.
    pub served: i64,
}

impl Store {
    /// Takes up to a hundred. Those whose turn comes within a quarter of `interval` go along, so that few calls do for many.
    pub async fn take_turns(&self, interval: TimeDelta) -> Result<Option<Turns>, StoreError> {
        match read!(self, glances::next())? {
            Some(installation) => commit!(self, glances::take(installation, AT_ONCE, interval)),
            None => Ok(None),
        }
    }

    /// They were glanced at: those with `news` are owed a look, and the next turn of all comes after `interval`.
    pub async fn glanced(
        &self,
        all: &[RepositoryId],
        news: &[RepositoryId],
        interval: TimeDelta,
    ) -> Result<(), StoreError> {
        commit!(self, glances::glanced(all, news, interval))
    }

    /// They could not be, and are again from this time on.
    pub async fn put_off_turns(&self, all: &[RepositoryId], until: NaiveDateTime) -> Result<(), StoreError> {
        commit!(self, glances::put_off(all, until))
    }
}
