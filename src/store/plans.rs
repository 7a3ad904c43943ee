//! A comparison becomes open tasks: rule 3 of the sync protocol, in one transaction.

use super::{Store, StoreError};
use crate::model::TaskId;
use crate::plan::{Comparison, Planned};

impl Store {
    /// Decides under the repository's lock what the comparison means, and pays its debt.
    pub async fn apply(&self, comparison: &Comparison) -> Result<Planned, StoreError> {
        commit!(self, plans::apply(comparison))
    }

    /// Says of tasks counted as published that they are not: the sweeper is to publish them.
    pub async fn not_published(&self, tasks: &[TaskId]) -> Result<(), StoreError> {
        commit!(self, tasks::not_published(tasks))
    }
}
