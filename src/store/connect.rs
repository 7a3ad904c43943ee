//! Which database, decided once by the configuration.

use super::{StoreError, postgres, sqlite};
use crate::config::DatabaseConfig;
use std::sync::Arc;

/// A handle on the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    backend: Arc<Backend>,
}

#[derive(Debug)]
pub(crate) enum Backend {
    Postgres(postgres::Database),
    Sqlite(sqlite::Database),
}

impl Store {
    /// Opens the pools. The tables are made by [`super::migrate::migrate`].
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, StoreError> {
        let backend = match config {
            DatabaseConfig::Postgres { url } => Backend::Postgres(postgres::Database::open(url)?),
            DatabaseConfig::Sqlite { path } => Backend::Sqlite(sqlite::Database::open(path).await?),
        };
        Ok(Self { backend: Arc::new(backend) })
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.backend
    }
}
