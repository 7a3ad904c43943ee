//! Deliveries that GitHub lists and the inbox lacks: found, remedied, and in the end arrived or given up.

use super::catalog::Page;
use super::rows::missed::MissedRow;
use super::{Store, StoreError};
use crate::model::{DeliveryId, ListedDelivery, Remedies, RepositoryId};
use chrono::TimeDelta;

/// How often one is asked for again.
pub(crate) const MOST_ATTEMPTS: i32 = 3;
/// How long a delivery that was asked for may take; four times as long after each that did not come.
pub(crate) const PATIENCE: TimeDelta = TimeDelta::seconds(if cfg!(feature = "hold") { 1 } else { 60 });

/// What a page of GitHub's list led to.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// How many never came.
    pub missed: usize,
    /// These are owed a look.
    pub owed: Vec<RepositoryId>,
}

/// One that GitHub is to send again.
#[derive(Clone, Debug)]
pub struct Missed {
    pub id: DeliveryId,
    pub attempt: i64,
}

impl Store {
    /// Writes down which of these never came, and owes what heals that.
    pub async fn note_missed(&self, listed: &[ListedDelivery], remedies: &mut Remedies) -> Result<Found, StoreError> {
        let unknown = read!(self, missed::unknown(listed))?;
        let remedied: Vec<_> = unknown.into_iter().filter_map(|missed| Some((missed, remedies.of(missed)?))).collect();
        if remedied.is_empty() { Ok(Found::default()) } else { commit!(self, missed::note(&remedied)) }
    }

    /// The latest found first.
    pub async fn missed_deliveries(
        &self,
        outcome: Option<&str>,
        page: Page,
    ) -> Result<(Vec<MissedRow>, i64), StoreError> {
        snapshot!(self, missed::list(outcome, page))
    }

    /// Those whose turn it is to be asked for. What has arrived by now is noted, and what was asked for often enough given up.
    pub async fn due_missed(&self, limit: i64) -> Result<Vec<Missed>, StoreError> {
        commit!(self, missed::due(limit))
    }

    /// GitHub was asked for it, or does not send it.
    pub async fn asked_again(&self, missed: &DeliveryId) -> Result<(), StoreError> {
        commit!(self, missed::asked(&missed.0))
    }

    /// Whether any is still waited for.
    pub async fn waits_for_missed(&self) -> Result<bool, StoreError> {
        read!(self, missed::waits())
    }
}
