//! Which database, decided once by the configuration.

use super::counter::Counter;
use super::{StoreError, postgres, sqlite};
use crate::config::DatabaseConfig;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many searches through texts go on at once.
const SEARCHES: usize = 2;

/// A handle on the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Arc<Backend>,
    searches: Arc<Semaphore>,
    #[cfg(feature = "hold")]
    counter: Counter,
}

#[derive(Debug)]
pub(crate) enum Backend {
    Postgres(postgres::Database),
    Sqlite(sqlite::Database),
}

impl Store {
    /// Opens the pools. The tables are made by [`super::migrate::migrate`].
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, StoreError> {
        let counter = Counter::default();
        let backend = match config {
            DatabaseConfig::Postgres { url } => Backend::Postgres(postgres::Database::open(url, counter.clone())?),
            DatabaseConfig::Sqlite { path } => Backend::Sqlite(sqlite::Database::open(path, &counter).await?),
        };
        Ok(Self {
            backend: Arc::new(backend),
            searches: Arc::new(Semaphore::new(SEARCHES)),
            #[cfg(feature = "hold")]
            counter,
        })
    }

    /// How many queries were made so far.
    #[cfg(feature = "hold")]
    pub fn queries(&self) -> u64 {
        self.counter.queries()
    }

    pub(super) fn searches(&self) -> Arc<Semaphore> {
        self.searches.clone()
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }
}
