//! config
use secrecy::SecretString;
use std::path::PathBuf;
#[derive(Clone, Debug)]
pub enum DatabaseConfig {
    Sqlite { path: PathBuf },
    Postgres { url: SecretString },
}
