//! PostgreSQL: one pool, row locks where a rule asks for one.

pub(crate) mod dialect;
#[path = "../queries/mod.rs"]
pub(crate) mod queries;

use super::StoreError;
use super::counter::Counter;
use diesel::{ConnectionError, ConnectionResult};
use diesel_async::AsyncPgConnection;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use futures::FutureExt;
use futures::future::BoxFuture;
use rustls_platform_verifier::ConfigVerifierExt;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use tokio_postgres::config::SslMode;

pub(crate) type Conn = AsyncPgConnection;

const CONNECTIONS: usize = 16;
/// How long a request waits for a connection before it is told that the database is not to be had.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Database {
    pool: Pool<Conn>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Postgres").finish_non_exhaustive()
    }
}

impl Database {
    pub(crate) fn open(url: &SecretString, counter: Counter) -> Result<Self, StoreError> {
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(move |url| {
            let (url, counter) = (url.to_owned(), counter.clone());
            async move {
                let mut connection = connect(&url).await?;
                counter.watch(&mut connection);
                Ok(connection)
            }
            .boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(url.expose_secret(), config);
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(deadpool::Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .build()
            .map_err(|error| StoreError::Unreachable(error.to_string()))?;
        Ok(Self { pool })
    }

    pub(crate) async fn reader(&self) -> Result<Object<Conn>, StoreError> {
        self.pool.get().await.map_err(|error| StoreError::Unreachable(error.to_string()))
    }

    pub(crate) async fn writer(&self) -> Result<Object<Conn>, StoreError> {
        self.reader().await
    }
}

/// Connects with TLS if the URL's `sslmode` or the server asks for it.
pub(super) fn connect(url: &str) -> BoxFuture<'_, ConnectionResult<Conn>> {
    async move {
        let config: tokio_postgres::Config = url.parse().map_err(refused)?;
        if config.get_ssl_mode() == SslMode::Disable {
            let (client, connection) = config.connect(tokio_postgres::NoTls).await.map_err(refused)?;
            return Conn::try_from_client_and_connection(client, connection).await;
        }
        let tls = rustls::ClientConfig::with_platform_verifier().map_err(refused)?;
        let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls);
        let (client, connection) = config.connect(tls).await.map_err(refused)?;
        Conn::try_from_client_and_connection(client, connection).await
    }
    .boxed()
}

/// The reason with its causes, since "error connecting to server" alone helps nobody.
fn refused(error: impl std::error::Error) -> ConnectionError {
    let mut reason = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        reason = format!("{reason}: {inner}");
        cause = inner.source();
    }
    ConnectionError::BadConnection(reason)
}
