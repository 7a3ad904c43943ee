//! Git histories of any shape, in bare repositories: the same at every run, two processes a commit. Where a folder with files is
//! wanted, there is [`super::Repo`].

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// One change of a commit. Paths are as git writes them.
#[derive(Clone, Debug)]
pub enum Change {
    Write { path: String, content: Vec<u8> },
    Delete { path: String },
    Rename { from: String, to: String },
    Symlink { path: String, target: String },
    Submodule { path: String },
}

impl Change {
    pub fn write(path: &str, content: impl AsRef<[u8]>) -> Self {
        Self::Write { path: path.to_owned(), content: content.as_ref().to_vec() }
    }

    /// A file, or a folder with all that is in it.
    pub fn delete(path: &str) -> Self {
        Self::Delete { path: path.to_owned() }
    }

    /// A file or a folder.
    pub fn rename(from: &str, to: &str) -> Self {
        Self::Rename { from: from.to_owned(), to: to.to_owned() }
    }

    pub fn symlink(path: &str, target: &str) -> Self {
        Self::Symlink { path: path.to_owned(), target: target.to_owned() }
    }

    pub fn submodule(path: &str) -> Self {
        Self::Submodule { path: path.to_owned() }
    }

    /// In the language of `git fast-import`.
    fn tell(&self, script: &mut Vec<u8>) {
        match self {
            Self::Write { path, content } => tell_file(script, "100644", path, content),
            Self::Symlink { path, target } => tell_file(script, "120000", path, target.as_bytes()),
            Self::Submodule { path } => tell_line(script, &format!("M 160000 {SOME_COMMIT} {}", quoted(path))),
            Self::Delete { path } => tell_line(script, &format!("D {}", quoted(path))),
            Self::Rename { from, to } => tell_line(script, &format!("R {} {}", quoted(from), quoted(to))),
        }
    }
}

/// What submodules point at; git does not look for it.
const SOME_COMMIT: &str = "0123456789012345678901234567890123456789";

/// The first commit's time; each further one is a minute later.
const FIRST_TIME: u64 = 1_700_000_000;

/// Deleted with its value. Its HEAD is the branch `main`.
#[derive(Debug)]
pub struct History {
    folder: TempDir,
    heads: HashMap<String, String>,
    commits: u64,
}

impl History {
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let history = Self { folder, heads: HashMap::new(), commits: 0 };
        let format = "--object-format=sha1";
        history.git(&["init", "--quiet", "--bare", "--template=", "--initial-branch=main", format], b"");
        history
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The commit that the branch is at.
    pub fn head(&self, branch: &str) -> Option<&str> {
        self.heads.get(branch).map(String::as_str)
    }

    /// Puts a commit onto the branch, which begins without a parent if it is not there yet. Gives the commit's name.
    pub fn commit(&mut self, branch: &str, changes: &[Change]) -> String {
        self.commit_on(branch, None, changes)
    }

    /// A merge: the branch's own files, and the changes that `other` brings, as the caller lists them.
    pub fn merge(&mut self, branch: &str, other: &str, changes: &[Change]) -> String {
        let other = self.heads[other].clone();
        self.commit_on(branch, Some(&other), changes)
    }

    /// Moves the branch to any commit, as a forced push does; makes it if it is not there.
    pub fn reset(&mut self, branch: &str, commit: &str) {
        self.git(&["update-ref", &format!("refs/heads/{branch}"), commit], b"");
        self.heads.insert(branch.to_owned(), commit.to_owned());
    }

    pub fn delete_branch(&mut self, branch: &str) {
        self.git(&["update-ref", "-d", &format!("refs/heads/{branch}")], b"");
        self.heads.remove(branch);
    }

    fn commit_on(&mut self, branch: &str, other: Option<&str>, changes: &[Change]) -> String {
        let mut script = Vec::new();
        let time = FIRST_TIME + self.commits * 60;
        let message = format!("commit {}", self.commits);
        tell_line(&mut script, &format!("commit refs/heads/{branch}\nmark :1"));
        tell_line(&mut script, &format!("committer Ada <ada@example.com> {time} +0000"));
        tell_data(&mut script, message.as_bytes());
        if let Some(parent) = self.head(branch) {
            tell_line(&mut script, &format!("from {parent}"));
        }
        if let Some(other) = other {
            tell_line(&mut script, &format!("merge {other}"));
        }
        changes.iter().for_each(|change| change.tell(&mut script));
        tell_line(&mut script, "\nget-mark :1\ndone");
        let commit = self.git(&["fast-import", "--quiet", "--force", "--done"], &script);
        self.commits += 1;
        self.heads.insert(branch.to_owned(), commit.clone());
        commit
    }

    /// Runs git in the repository, whatever the user has configured; gives what it wrote, trimmed.
    pub fn git(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command.current_dir(self.path()).args(arguments).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Should git end early, its own words tell more than a broken pipe.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

fn tell_line(script: &mut Vec<u8>, line: &str) {
    script.extend_from_slice(line.as_bytes());
    script.push(b'\n');
}

fn tell_data(script: &mut Vec<u8>, bytes: &[u8]) {
    tell_line(script, &format!("data {}", bytes.len()));
    script.extend_from_slice(bytes);
    script.push(b'\n');
}

fn tell_file(script: &mut Vec<u8>, mode: &str, path: &str, content: &[u8]) {
    tell_line(script, &format!("M {mode} inline {}", quoted(path)));
    tell_data(script, content);
}

/// As fast-import wants paths with spaces, quotes or line ends.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

#[cfg(test)]
mod tests;
