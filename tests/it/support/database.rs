//! An empty database for one test, taken away with its value.

use super::{services, unique};
use dotcursor::config::DatabaseConfig;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use tokio_postgres::NoTls;

#[derive(Debug)]
pub struct Database {
    config: DatabaseConfig,
    /// Holds SQLite's file.
    _folder: Option<TempDir>,
}

impl Database {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registry.db");
        Self { config: DatabaseConfig::Sqlite { path }, _folder: Some(folder) }
    }

    /// On the server of all tests.
    pub async fn postgres() -> Self {
        Self::postgres_on(&services::database_url()).await
    }

    /// On the server with this URL.
    pub async fn postgres_on(server: &str) -> Self {
        let name = unique::name("database");
        execute(server, &format!("CREATE DATABASE \"{name}\"")).await.unwrap();
        let mut url = url::Url::parse(server).unwrap();
        url.set_path(&name);
        Self { config: DatabaseConfig::Postgres { url: SecretString::from(url.as_str()) }, _folder: None }
    }

    pub fn config(&self) -> &DatabaseConfig {
        &self.config
    }
}

impl Drop for Database {
    /// As well as it goes: the server is taken away in the end, and may be gone already.
    fn drop(&mut self) {
        if let DatabaseConfig::Postgres { url } = &self.config {
            let url = url.expose_secret().to_owned();
            // A runtime cannot be entered twice on one thread.
            let _ = std::thread::spawn(move || drop_postgres(&url)).join();
        }
    }
}

fn drop_postgres(url: &str) {
    let mut server = url::Url::parse(url).unwrap();
    let name = server.path().trim_start_matches('/').to_owned();
    server.set_path("postgres");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _ = runtime.block_on(execute(server.as_str(), &format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")));
}

async fn execute(server: &str, statement: &str) -> Result<(), tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(server, NoTls).await?;
    let talking = tokio::spawn(connection);
    let done = client.batch_execute(statement).await;
    drop(client);
    let _ = talking.await;
    done
}

#[tokio::test]
async fn a_postgres_database_goes_with_its_value() {
    let database = Database::postgres().await;
    let DatabaseConfig::Postgres { url } = database.config().clone() else { panic!("not PostgreSQL") };
    execute(url.expose_secret(), "CREATE TABLE here ()").await.unwrap();
    drop(database);
    assert!(execute(url.expose_secret(), "SELECT").await.is_err());
}
