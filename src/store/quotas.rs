//! What processes tell each other of the calls that installations have left.

use super::{Store, StoreError};
use crate::model::Quota;

impl Store {
    /// Adds what this process was told; returns what all of them know of the same installations.
    pub async fn share_quotas(&self, told: &[Quota]) -> Result<Vec<Quota>, StoreError> {
        commit!(self, quotas::share(told))
    }

    /// What was known of late, for a process that starts.
    pub async fn known_quotas(&self) -> Result<Vec<Quota>, StoreError> {
        read!(self, quotas::known())
    }
}
