//! A database of its own for each test, dropped with it.

use super::services;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use dotcursor::config::DatabaseConfig;
use std::path::Path;
use tempfile::TempDir;

/// Either kind, for what is to hold on both.
#[derive(Debug)]
pub enum Database {
    Postgres(PostgresDatabase),
    /// A file in this folder.
    Sqlite(TempDir),
}

impl Database {
    pub async fn postgres() -> Self {
        Self::Postgres(PostgresDatabase::create().await)
    }

    pub fn sqlite() -> Self {
        Self::Sqlite(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn config(&self) -> DatabaseConfig {
        match self {
            Self::Postgres(database) => DatabaseConfig::Postgres { url: database.url().into() },
            Self::Sqlite(folder) => DatabaseConfig::Sqlite { path: folder.path().join("registry.db") },
        }
    }

    /// Changes what it holds, past the program.
    pub async fn tamper(&self, statement: &str) {
        match self {
            Self::Postgres(database) => {
                execute(&database.url(), statement).await.expect("PostgreSQL takes the statement");
            }
            Self::Sqlite(folder) => execute_sqlite(&folder.path().join("registry.db"), statement),
        }
    }
}

/// A PostgreSQL database that is dropped with this.
#[derive(Debug)]
pub struct PostgresDatabase {
    name: String,
    server: String,
}

impl PostgresDatabase {
    pub async fn create() -> Self {
        Self::create_at(&services::database_url()).await
    }

    pub async fn create_at(server: &str) -> Self {
        let (name, server) = (services::unique_name(), server.to_owned());
        execute(&server, &format!("CREATE DATABASE {name}")).await.expect("PostgreSQL makes a database");
        Self { name, server }
    }

    pub fn url(&self) -> String {
        let mut url = url::Url::parse(&self.server).expect("TEST_DATABASE_URL is a URL");
        url.set_path(&self.name);
        url.to_string()
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let (server, drop) = (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // On a thread of its own: the test's runtime may be gone or busy.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(execute(&server, &drop)).map_err(std::io::Error::other)
        });
        if let Ok(Err(error)) = dropped.join() {
            #[expect(clippy::print_stderr, reason = "a panic while dropping would end the whole suite")]
            {
                eprintln!("a test's database was left behind: {error}");
            }
        }
    }
}

pub async fn execute(server: &str, statement: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await?;
    let driver = tokio::spawn(connection);
    client.batch_execute(statement).await?;
    drop(client);
    let _ = driver.await;
    Ok(())
}

/// Beside the program, which has the file open too.
pub fn execute_sqlite(file: &Path, statement: &str) {
    let mut connection = SqliteConnection::establish(&file.display().to_string()).expect("SQLite opens the file");
    let patiently = format!("PRAGMA busy_timeout = 5000; {statement};");
    connection.batch_execute(&patiently).expect("SQLite takes the statement");
}

#[tokio::test]
async fn a_postgres_database_goes_with_its_value() {
    let database = PostgresDatabase::create().await;
    let url = database.url();
    execute(&url, "CREATE TABLE here ()").await.expect("it is there");
    drop(database);
    execute(&url, "SELECT").await.expect_err("it is gone");
}
