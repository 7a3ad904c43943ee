//! The tables and their history: embedded, reversible, run under a lock so that several instances may start at once.

use super::StoreError;
use super::{postgres, sqlite};
use crate::config::DatabaseConfig;
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use secrecy::ExposeSecret;
use std::fs::{File, OpenOptions};
use std::path::Path;

const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Names our lock among others in the same database; any number serves, as long as it never changes.
const ADVISORY_LOCK: i64 = 0x646f_7463_7572_736f;

/// Which way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// All that are missing.
    Up,
    /// The newest one that was applied.
    Down,
    /// Nothing is changed.
    Status,
}

/// One migration and whether it is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    pub name: String,
    pub applied: bool,
}

/// Applies, reverts or just lists; returns how things stand afterwards, oldest first.
pub async fn migrate(config: &DatabaseConfig, direction: Direction) -> Result<Vec<Migration>, StoreError> {
    match config.clone() {
        DatabaseConfig::Postgres { url } => {
            let conn = postgres::connect(url.expose_secret()).await.map_err(told)?;
            tokio::task::spawn_blocking(move || on_postgres(conn, direction)).await
        }
        DatabaseConfig::Sqlite { path } => tokio::task::spawn_blocking(move || on_sqlite(&path, direction)).await,
    }
    .map_err(told)?
}

/// The connection is made as the pool makes its own: the wrapper's own `establish` knows no TLS.
fn on_postgres(conn: AsyncPgConnection, direction: Direction) -> Result<Vec<Migration>, StoreError> {
    let mut conn = AsyncConnectionWrapper::<AsyncPgConnection>::from(conn);
    conn.batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))?;
    // The lock goes with the connection, also if a migration fails.
    go(&mut conn, || POSTGRES, direction)
}

fn on_sqlite(path: &Path, direction: Direction) -> Result<Vec<Migration>, StoreError> {
    if direction == Direction::Status && !path.exists() {
        // Who only asks makes no registry.
        let mut nothing = sqlite::open_file(":memory:").map_err(told)?;
        return go(&mut nothing, || SQLITE, direction);
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| told_of(folder, error))?;
    }
    let lock = private(&path.with_extension("lock"))?;
    lock.lock().map_err(|error| told_of(path, error))?;
    // SQLite gives its log and its index the rights of the file.
    private(path)?;
    let mut conn = sqlite::open_file(&path.to_string_lossy()).map_err(|error| told_of(path, error))?;
    go(&mut conn, || SQLITE, direction)
}

/// Made if it is not there, for its owner alone: it holds what stands in private repositories.
fn private(path: &Path) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| told_of(path, error))
}

fn go<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    source: fn() -> EmbeddedMigrations,
    direction: Direction,
) -> Result<Vec<Migration>, StoreError> {
    match direction {
        Direction::Up => drop(conn.run_pending_migrations(source()).map_err(StoreError::migration)?),
        Direction::Down => drop(conn.revert_last_migration(source()).map_err(StoreError::migration)?),
        Direction::Status => {}
    }
    list(conn, &source())
}

fn list<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    source: &EmbeddedMigrations,
) -> Result<Vec<Migration>, StoreError> {
    use diesel::migration::{Migration as _, MigrationSource};
    let applied = conn.applied_migrations().map_err(StoreError::migration)?;
    let all = MigrationSource::<DB>::migrations(source).map_err(StoreError::migration)?;
    let mut rows: Vec<Migration> = all
        .iter()
        .map(|migration| Migration {
            name: migration.name().to_string(),
            applied: applied.contains(&migration.name().version()),
        })
        .collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(rows)
}

fn told_of(path: &Path, error: impl std::fmt::Display) -> StoreError {
    told(format!("{}: {error}", path.display()))
}

fn told(error: impl std::fmt::Display) -> StoreError {
    StoreError::Migration(error.to_string())
}

impl StoreError {
    fn migration(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        told(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn who_only_asks_makes_no_registry() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("data").join("registry.db");
        let told = migrate(&DatabaseConfig::Sqlite { path }, Direction::Status).await.unwrap();
        assert!(!told.is_empty() && told.iter().all(|one| !one.applied), "{told:?}");
        assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
    }

    /// <https://www.postgresql.org/docs/current/protocol-message-formats.html>: SSLRequest.
    const ASKS_FOR_TLS: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

    /// As the pool does: a server that takes nothing else is migrated too.
    #[tokio::test]
    async fn a_server_is_asked_for_tls_unless_the_url_forbids_it() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("postgres://somebody@{}/registry", server.local_addr().unwrap());
        let asked = tokio::spawn(async move {
            let mut first = [0; 8];
            server.accept().await.unwrap().0.read_exact(&mut first).await.unwrap();
            first
        });
        let refused = migrate(&DatabaseConfig::Postgres { url: url.into() }, Direction::Status).await;
        assert!(refused.is_err());
        assert_eq!(asked.await.unwrap(), ASKS_FOR_TLS);
    }
}
