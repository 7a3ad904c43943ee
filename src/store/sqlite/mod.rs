//! SQLite: one connection that writes, a few that read; a write-ahead log that is synced before a commit returns.

pub(crate) mod dialect;
#[path = "../queries/mod.rs"]
pub(crate) mod queries;
mod threads;

pub(crate) use threads::in_one_go;

use super::StoreError;
use super::counter::Counter;
use diesel::connection::AnsiTransactionManager;
use diesel::{ConnectionError, ConnectionResult, SqliteConnection};
use diesel_async::AsyncConnection;
use diesel_async::TransactionManager;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::path::Path;
use std::time::Duration;
use threads::Threads;

pub(crate) type Conn = SyncConnectionWrapper<SqliteConnection, Threads>;
type Transactions = <Conn as AsyncConnection>::TransactionManager;

const READERS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(30);

/// WAL and FULL make a commit durable before it returns; other processes are waited for up to 30 s. The log is brought into
/// the file when it holds 4000 pages (16 MB): a page that many commits change is then written there once.
pub(crate) const PRAGMAS: &str = "PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA wal_autocheckpoint = 4000; PRAGMA foreign_keys = ON; PRAGMA cache_size = -8000; PRAGMA temp_store = MEMORY;";

pub(crate) struct Database {
    /// A pool of one: writers queue here in order instead of trying in turn for SQLite's lock.
    writer: Pool<Conn>,
    readers: Pool<Conn>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sqlite").finish_non_exhaustive()
    }
}

impl Database {
    pub(crate) async fn open(path: &Path, counter: &Counter) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder)
                .await
                .map_err(|error| StoreError::Unreachable(format!("{}: {error}", folder.display())))?;
        }
        let url = path.to_string_lossy();
        Ok(Self { writer: pool(&url, 1, counter)?, readers: pool(&url, READERS, counter)? })
    }

    pub(crate) async fn reader(&self) -> Result<Object<Conn>, StoreError> {
        self.readers.get().await.map_err(|error| StoreError::Unreachable(error.to_string()))
    }

    pub(crate) async fn writer(&self) -> Result<Object<Conn>, StoreError> {
        self.writer.get().await.map_err(|error| StoreError::Unreachable(error.to_string()))
    }
}

/// Begins a transaction that is the only one to write until its end.
pub(crate) async fn begin(connection: &mut Conn) -> Result<(), StoreError> {
    begin_with(connection, "BEGIN IMMEDIATE").await
}

/// Begins a transaction that sees what stands at its first query, whoever writes meanwhile.
pub(crate) async fn begin_reading(connection: &mut Conn) -> Result<(), StoreError> {
    begin_with(connection, "BEGIN DEFERRED").await
}

async fn begin_with(connection: &mut Conn, sql: &'static str) -> Result<(), StoreError> {
    let begin = move |c: &mut SqliteConnection| AnsiTransactionManager::begin_transaction_sql(c, sql);
    Ok(connection.spawn_blocking(begin).await?)
}

/// Commits what went well, takes back what did not.
pub(crate) async fn end<T>(connection: &mut Conn, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
    match outcome {
        Ok(_) => Transactions::commit_transaction(connection).await?,
        Err(_) => Transactions::rollback_transaction(connection).await?,
    }
    outcome
}

fn pool(url: &str, size: usize, counter: &Counter) -> Result<Pool<Conn>, StoreError> {
    let mut config = ManagerConfig::default();
    let counter = counter.clone();
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
    Pool::builder(AsyncDieselConnectionManager::new_with_config(url, config))
        .max_size(size)
        .runtime(deadpool::Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .build()
        .map_err(|error| StoreError::Unreachable(error.to_string()))
}

fn connect(url: &str) -> BoxFuture<'_, ConnectionResult<Conn>> {
    let url = url.to_owned();
    async move {
        let opened = tokio::task::spawn_blocking(move || open_file(&url)).await;
        opened.map_err(|error| ConnectionError::BadConnection(error.to_string()))?.map(Conn::new)
    }
    .boxed()
}

/// A connection with the pragmas in force.
pub(crate) fn open_file(path: &str) -> ConnectionResult<SqliteConnection> {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    let mut connection = SqliteConnection::establish(path)?;
    connection.batch_execute(PRAGMAS).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}
