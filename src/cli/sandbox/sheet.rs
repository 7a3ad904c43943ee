//! `sandbox.json` in the data folder: what a script needs to talk to the sandbox, and what the next start goes on with.

use crate::config::private_file;
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub(super) const FILE: &str = "sandbox.json";

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sheet {
    /// Of the App, and of the stand-in GitHub.
    pub url: String,
    pub github_url: String,
    pub admin_token: String,
    pub webhook_secret: String,
    pub repositories: Vec<SheetRepository>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SheetRepository {
    pub id: i64,
    pub full_name: String,
    pub path: PathBuf,
    /// The one that HEAD named at the first start.
    pub branch: String,
    pub workspace_id: String,
}

impl Sheet {
    /// What an earlier start left; `None` at the first one.
    pub(super) fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
        };
        let sheet = serde_json::from_str(&text).with_context(|| {
            format!("{} is not as this program writes it: mend it, or delete it to begin anew", path.display())
        })?;
        Ok(Some(sheet))
    }

    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(FILE);
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        private_file::write(&path, &text).with_context(|| format!("{} cannot be written", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        Sheet {
            url: "http://127.0.0.1:3000".into(),
            github_url: "http://127.0.0.1:4000".into(),
            admin_token: "t".into(),
            webhook_secret: "s".into(),
            repositories: vec![SheetRepository {
                id: 1,
                full_name: "local/sample".into(),
                path: "/data/sample".into(),
                branch: "main".into(),
                workspace_id: "w".into(),
            }],
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Sheet::read(folder.path()).unwrap(), None);
        sheet().write(folder.path()).unwrap();
        sheet().write(folder.path()).unwrap();
        assert_eq!(Sheet::read(folder.path()).unwrap(), Some(sheet()));
    }

    #[test]
    fn a_broken_one_says_how_to_go_on() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{").unwrap();
        let error = Sheet::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("delete it to begin anew"), "{error}");
    }
}
