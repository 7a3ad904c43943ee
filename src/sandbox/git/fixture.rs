//! Real repositories in a temporary folder, for tests.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A checkout that is deleted with its value.
#[derive(Debug)]
pub struct Checkout {
    folder: tempfile::TempDir,
}

impl Checkout {
    /// An empty repository on branch `main`.
    pub fn empty() -> Self {
        let checkout = Self { folder: tempfile::tempdir().unwrap() };
        checkout.git(&["init", "--quiet", "--initial-branch=main"]);
        checkout
    }

    /// One with a first commit of these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let checkout = Self::empty();
        checkout.commit(files, "first");
        checkout
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, path: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Writes the files, commits everything that changed, gives the commit's name.
    pub fn commit(&self, files: &[(&str, &str)], message: &str) -> String {
        for (path, content) in files {
            self.write(path, content);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.head()
    }

    pub fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        let output = command
            .arg("-C")
            .arg(self.path())
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "protocol.file.allow=always"])
            .args(arguments)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}
