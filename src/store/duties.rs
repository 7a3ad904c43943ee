//! What one process does at a time, whichever it is; and when.

use super::{Store, StoreError};
use chrono::{NaiveDateTime, TimeDelta};

/// Whoever does not renew it within this time is taken for dead.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(if cfg!(feature = "hold") { 3 } else { 45 });

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// To find webhooks that never came.
    Deliveries,
    /// To find installations that nobody told of.
    Installations,
}

impl Duty {
    pub const ALL: [Self; 2] = [Self::Deliveries, Self::Installations];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deliveries => "deliveries",
            Self::Installations => "installations",
        }
    }
}

/// A duty that this process has taken up.
#[derive(Clone, Debug)]
pub struct Turn {
    pub duty: Duty,
    /// Since when it was due. If that is another time at the end, something has asked meanwhile for it to be done again.
    pub due: NaiveDateTime,
    /// Nobody else takes it up until then. Whoever finds another time written there has lost it.
    pub leased_until: NaiveDateTime,
    /// How often it failed since it last went well.
    pub attempts: i32,
    /// What GitHub listed up to this time, by its clock, is dealt with.
    pub seen_until: Option<NaiveDateTime>,
}

impl Store {
    /// Takes up the duty, if it is due and nobody else is at it.
    pub async fn take_duty(&self, duty: Duty) -> Result<Option<Turn>, StoreError> {
        if read!(self, duties::is_due(duty))? { commit!(self, duties::take(duty, LEASE)) } else { Ok(None) }
    }

    /// Whoever took it up is still at it; false if it took so long that it is another's by now.
    pub async fn renew_duty(&self, turn: &mut Turn) -> Result<bool, StoreError> {
        match commit!(self, duties::renew(turn, LEASE))? {
            Some(leased_until) => turn.leased_until = leased_until,
            None => return Ok(false),
        }
        Ok(true)
    }

    /// It is done, as far as GitHub listed until this time; due again after `pause`. Nothing happens if it is another's by now.
    pub async fn end_duty(
        &self,
        turn: &Turn,
        seen_until: Option<NaiveDateTime>,
        pause: TimeDelta,
    ) -> Result<(), StoreError> {
        commit!(self, duties::end(turn, seen_until, pause))
    }

    /// It failed, and is tried again at this time. Nothing happens if it is another's by now.
    pub async fn put_off_duty(&self, turn: &Turn, until: NaiveDateTime) -> Result<(), StoreError> {
        commit!(self, duties::put_off(turn, until))
    }
}
