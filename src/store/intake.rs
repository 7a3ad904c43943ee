//! Deliveries come in: the inbox rows and the debt they cause, in one transaction that is committed before the 202.

use super::{Store, StoreError};
use crate::model::{Delivery, RepositoryId};
use std::fmt;

/// What a delivery led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// These repositories are owed a comparison.
    Owed(Vec<RepositoryId>),
    /// A check run is owed, and no comparison.
    CheckOwed,
    /// A push that touches nothing of ours.
    Untouched,
    /// A push on a branch that is not tracked, or a tag.
    OtherRef,
    /// It belongs to a repository or installation that we do not serve (any more).
    NotServed,
    /// Nothing follows from it.
    Recorded,
}

impl Outcome {
    /// All that [`Self::as_str`] says.
    pub const NAMES: [&str; 6] = ["owed", "check-owed", "untouched", "other-ref", "not-served", "recorded"];

    /// As `deliveries.outcome` holds it and metrics label it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Owed(_) => "owed",
            Self::CheckOwed => "check-owed",
            Self::Untouched => "untouched",
            Self::OtherRef => "other-ref",
            Self::NotServed => "not-served",
            Self::Recorded => "recorded",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Store {
    /// Records all of `deliveries` and what they make us owe, or nothing at all. The outcomes come in the same order.
    ///
    /// A delivery id that is known is counted and looked at again: a redelivery is never swallowed.
    pub async fn record(&self, deliveries: &[Delivery]) -> Result<Vec<Outcome>, StoreError> {
        commit!(self, intake::record(deliveries))
    }
}
