//! Real git repositories in temporary folders.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[derive(Debug)]
pub struct Repo {
    folder: tempfile::TempDir,
}

impl Repo {
    /// An empty repository with the branch `main`.
    pub fn init() -> Self {
        let repo = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        repo.git(&["init", "--quiet", "--initial-branch=main"]);
        repo
    }

    /// A repository with one commit of these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let repo = Self::init();
        repo.commit(files);
        repo
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Runs git here, independent of whoever runs the test, and returns what it prints.
    pub fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// As [`Self::git`], for what may fail.
    pub fn try_git(&self, arguments: &[&str]) -> Output {
        Command::new("git")
            .args(["-c", "commit.gpgsign=false", "-c", "core.autocrlf=false", "-c", "gc.auto=0"])
            .args(arguments)
            .current_dir(self.path())
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .envs([
                ("GIT_CONFIG_NOSYSTEM", "1"),
                ("GIT_CONFIG_GLOBAL", "/dev/null"),
                ("HOME", "/nonexistent"),
                ("GIT_AUTHOR_NAME", "An Author"),
                ("GIT_AUTHOR_EMAIL", "author@example.com"),
                ("GIT_COMMITTER_NAME", "A Committer"),
                ("GIT_COMMITTER_EMAIL", "committer@example.com"),
            ])
            .output()
            .expect("git starts")
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let file = self.file(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder is made");
        std::fs::write(file, text).expect("a file is written");
    }

    pub fn remove(&self, path: &str) {
        let file = self.file(path);
        if file.is_dir() && !file.is_symlink() {
            std::fs::remove_dir_all(file).expect("a folder is removed");
        } else {
            std::fs::remove_file(file).expect("a file is removed");
        }
    }

    pub fn symlink(&self, path: &str, target: &str) {
        let file = self.file(path);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder is made");
        std::os::unix::fs::symlink(target, file).expect("a symlink is made");
    }

    /// Takes an object out of git's store, as if a disk had lost it.
    pub fn lose_object(&self, object: &str) -> LostObject {
        let sha = self.git(&["rev-parse", object]);
        let (folder, name) = sha.split_at(2);
        let place = self.path().join(".git/objects").join(folder).join(name);
        let aside = self.path().join(".git").join(&sha);
        std::fs::rename(&place, &aside).expect("a loose object");
        LostObject { place, aside }
    }

    fn file(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    /// Commits whatever is in the folder by now; returns the commit.
    pub fn commit_all(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", "A change"]);
        self.head()
    }

    /// Writes these files and commits.
    pub fn commit(&self, files: &[(&str, &str)]) -> String {
        for (path, text) in files {
            self.write(path, text);
        }
        self.commit_all()
    }

    pub fn head(&self) -> String {
        self.git(&["rev-parse", "HEAD"])
    }

    /// Moves the branch (and the folder) to another commit, as a force push would.
    pub fn reset(&self, commit: &str) {
        self.git(&["reset", "--quiet", "--hard", commit]);
    }
}

#[derive(Debug)]
pub struct LostObject {
    place: PathBuf,
    aside: PathBuf,
}

impl LostObject {
    /// Puts it back.
    pub fn find(self) {
        std::fs::rename(self.aside, self.place).expect("the object is put back");
    }
}
