//! The tables and their history: embedded, reversible, run under a lock so that several instances may start at once.

use super::StoreError;
use super::sqlite;
use crate::config::DatabaseConfig;
use diesel::Connection;
use diesel::backend::Backend;
use diesel::connection::SimpleConnection;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use secrecy::ExposeSecret;
use std::fs::File;
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
    let config = config.clone();
    tokio::task::spawn_blocking(move || match config {
        DatabaseConfig::Postgres { url } => on_postgres(url.expose_secret(), direction),
        DatabaseConfig::Sqlite { path } => on_sqlite(&path, direction),
    })
    .await
    .map_err(told)?
}

fn on_postgres(url: &str, direction: Direction) -> Result<Vec<Migration>, StoreError> {
    let mut conn = AsyncConnectionWrapper::<AsyncPgConnection>::establish(url).map_err(told)?;
    conn.batch_execute(&format!("SELECT pg_advisory_lock({ADVISORY_LOCK})"))?;
    // The lock goes with the connection, also if a migration fails.
    go(&mut conn, || POSTGRES, direction)
}

fn on_sqlite(path: &Path, direction: Direction) -> Result<Vec<Migration>, StoreError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    let lock = File::create(path.with_extension("lock")).map_err(told)?;
    lock.lock().map_err(told)?;
    let mut conn = sqlite::open_file(&path.to_string_lossy()).map_err(told)?;
    go(&mut conn, || SQLITE, direction)
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

fn told(error: impl std::fmt::Display) -> StoreError {
    StoreError::Migration(error.to_string())
}

impl StoreError {
    fn migration(error: Box<dyn std::error::Error + Send + Sync>) -> Self {
        told(error)
    }
}
