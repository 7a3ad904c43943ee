//! `github-app.json` in the data folder: the App as `/setup` left it. What the environment says counts before it.

use super::private_file;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use url::Url;

/// Held by whoever writes it. It is empty, and stays.
const LOCK: &str = "github-app.lock";

/// Its name, which is also what `dotcursor config` names as the source.
pub const FILE: &str = "github-app.json";

#[derive(Clone, Debug)]
pub struct StoredApp {
    pub id: u64,
    /// As it stands in the App's address on GitHub.
    pub slug: Option<String>,
    /// For signing in; `None` without its secret.
    pub client_id: Option<String>,
    pub client_secret: Option<SecretString>,
    pub webhook_secret: SecretString,
    pub private_key: SecretString,
    pub api_url: Url,
    /// Where GitHub and people reach this server, if the environment did not say.
    pub public_url: Option<Url>,
}

/// As it stands in the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    id: u64,
    slug: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    webhook_secret: String,
    private_key: String,
    api_url: Url,
    public_url: Option<Url>,
}

/// Never quotes the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoredAppError {
    #[error("{} cannot be read: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: String },
    #[error("{} is not as `/setup` writes it (line {line}, column {column})", path.display())]
    Malformed { path: PathBuf, line: usize, column: usize },
}

impl StoredApp {
    /// `None` if no App was set up over this folder.
    pub fn read(folder: &Path) -> Result<Option<Self>, StoredAppError> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StoredAppError::Unreadable { path, reason: error.to_string() }),
        };
        let written: Written = serde_json::from_str(&text).map_err(|error| {
            // The words of the error may repeat what it did not expect there: a secret.
            StoredAppError::Malformed { path, line: error.line(), column: error.column() }
        })?;
        Ok(Some(written.into()))
    }

    /// Writes it down unless there is one: another process over the same folder may have been quicker, and is at work with it.
    pub fn write_first(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        // Free again when this returns, or the process dies.
        let lock = File::create(folder.join(LOCK))?;
        lock.lock()?;
        if folder.join(FILE).try_exists()? { Err(io::ErrorKind::AlreadyExists.into()) } else { self.write(folder) }
    }

    fn write(&self, folder: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(&Written::of(self))?;
        text.push(b'\n');
        private_file::write(&folder.join(FILE), &text)
    }

    /// What it says where the environment leaves a variable out.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        let shown = |secret: &SecretString| secret.expose_secret().to_owned();
        match name {
            "GITHUB_APP_ID" => Some(self.id.to_string()),
            "GITHUB_PRIVATE_KEY" => Some(shown(&self.private_key)),
            "GITHUB_WEBHOOK_SECRET" => Some(shown(&self.webhook_secret)),
            "GITHUB_API_URL" => Some(self.api_url.to_string()),
            "GITHUB_CLIENT_ID" => self.client_id.clone().filter(|_| self.client_secret.is_some()),
            "GITHUB_CLIENT_SECRET" => self.client_secret.as_ref().filter(|_| self.client_id.is_some()).map(shown),
            "DOTCURSOR_PUBLIC_URL" => self.public_url.as_ref().map(Url::to_string),
            _ => None,
        }
    }
}

impl Written {
    fn of(app: &StoredApp) -> Self {
        let StoredApp { id, slug, client_id, api_url, public_url, .. } = app.clone();
        let shown = |secret: &SecretString| secret.expose_secret().to_owned();
        Self {
            id,
            slug,
            client_id,
            client_secret: app.client_secret.as_ref().map(shown),
            webhook_secret: shown(&app.webhook_secret),
            private_key: shown(&app.private_key),
            api_url,
            public_url,
        }
    }
}

impl From<Written> for StoredApp {
    fn from(written: Written) -> Self {
        let Written { id, slug, client_id, client_secret, webhook_secret, private_key, api_url, public_url } = written;
        Self {
            id,
            slug,
            client_id,
            client_secret: client_secret.map(Into::into),
            webhook_secret: webhook_secret.into(),
            private_key: private_key.into(),
            api_url,
            public_url,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(id: u64) -> StoredApp {
        StoredApp {
            id,
            slug: None,
            client_id: None,
            client_secret: None,
            webhook_secret: "secret".into(),
            private_key: "key".into(),
            api_url: Url::parse("https://api.github.com").unwrap(),
            public_url: None,
        }
    }

    #[test]
    fn of_many_who_write_at_the_same_time_one_is_first() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let write = |id| app(id).write_first(&data);
        let outcomes: Vec<io::Result<()>> = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|id| scope.spawn(move || write(id))).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let firsts: Vec<usize> = (0..8).filter(|id| outcomes[*id].is_ok()).collect();
        assert_eq!(firsts.len(), 1, "{outcomes:?}");
        assert_eq!(StoredApp::read(&data).unwrap().unwrap().id, firsts[0] as u64);
        let refused = outcomes.into_iter().filter_map(Result::err);
        assert!(refused.into_iter().all(|error| error.kind() == io::ErrorKind::AlreadyExists));
    }

    #[test]
    fn a_broken_file_is_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        assert!(StoredApp::read(folder.path()).unwrap().is_none());
        fs::write(folder.path().join(FILE), "{\"id\": \"hunter2\"}").unwrap();
        let error = StoredApp::read(folder.path()).unwrap_err().to_string();
        assert!(error.ends_with("is not as `/setup` writes it (line 1, column 16)"), "{error}");
    }
}
