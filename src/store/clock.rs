//! The database's clock: the one that every process agrees on.

use super::{Store, StoreError};
use chrono::NaiveDateTime;

impl Store {
    /// UTC, by the database.
    pub async fn now(&self) -> Result<NaiveDateTime, StoreError> {
        read!(self, clock::now())
    }

    /// Whether the database answers, for `/readyz`.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.now().await.map(drop)
    }
}
