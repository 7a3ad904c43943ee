//! A database of its own for each test, dropped with it.

use super::services;
use std::path::Path;

/// A PostgreSQL database that is dropped with this.
#[derive(Debug)]
pub struct PostgresDatabase {
    name: String,
    server: String,
}

impl PostgresDatabase {
    pub async fn create() -> Self {
        let (name, server) = (services::unique_name(), services::database_url());
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
            eprintln!("a test's database was left behind: {error}");
        }
    }
}

async fn execute(server: &str, statement: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await?;
    let driver = tokio::spawn(connection);
    client.batch_execute(statement).await?;
    drop(client);
    let _ = driver.await;
    Ok(())
}

/// Where a test's SQLite file lies.
pub fn sqlite_path(folder: &Path) -> std::path::PathBuf {
    folder.join("registry.db")
}
