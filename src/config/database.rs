//! Which database.

use super::variables::Variables;
use secrecy::SecretString;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub enum DatabaseConfig {
    /// A file in the data folder, made if it is not there.
    Sqlite { path: PathBuf },
    /// `DATABASE_URL=postgres://…`
    Postgres { url: SecretString },
}

pub(super) fn read(variables: &mut Variables<'_>, data_dir: &Path) -> DatabaseConfig {
    let embedded = DatabaseConfig::Sqlite { path: data_dir.join("registry.db") };
    let mend = "Expected is postgres://user:password@host/database, or nothing for SQLite in the data folder";
    variables.parsed("DATABASE_URL", mend, embedded, |text| {
        let url = url::Url::parse(text).ok()?;
        matches!(url.scheme(), "postgres" | "postgresql").then(|| DatabaseConfig::Postgres { url: text.into() })
    })
}
