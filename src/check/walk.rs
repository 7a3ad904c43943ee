//! The files below a folder, as git would take them: no link is followed, and what `.gitignore` names stays out.
//!
//! What is checked may come from anybody: a pull request is, before somebody has looked at it. So nothing is opened here but
//! folders and plain files, and what cannot be read is told and passed over.

use super::patterns::Patterns;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};
use std::rc::Rc;

#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    #[error("{path}: {error}")]
    Unreadable { path: String, error: String },
}

pub fn unreadable(path: &Path, error: impl std::fmt::Display) -> WalkError {
    WalkError::Unreadable { path: path.display().to_string(), error: error.to_string() }
}

/// What was met, with its path from the root, `/` between the parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    File,
    /// Or a pipe, a socket, a device.
    Link,
    /// A folder that may not be listed, or whose name is no text.
    Closed,
    /// A file whose name is no text, so that it has no path that could be written down.
    NotUtf8,
}

struct Folder {
    path: PathBuf,
    /// From the root.
    inner: String,
    patterns: Option<Rc<Patterns>>,
    /// Outside of repositories a `.gitignore` says nothing.
    is_in_repository: bool,
}

/// Shows everything below `root` to `meet`.
pub fn walk(root: &Path, mut meet: impl FnMut(String, Met)) -> Result<(), WalkError> {
    std::fs::read_dir(root).map_err(|error| unreadable(root, error))?;
    let top = Folder { path: root.to_owned(), inner: String::new(), patterns: None, is_in_repository: false };
    let mut waiting = vec![top];
    while let Some(folder) = waiting.pop() {
        folder.with_its_patterns().list(&mut waiting, &mut meet);
    }
    Ok(())
}

impl Folder {
    fn with_its_patterns(mut self) -> Self {
        if self.path.join(".git").symlink_metadata().is_ok() {
            self.patterns = Patterns::of_repository(&self.path);
            self.is_in_repository = true;
        }
        if self.is_in_repository {
            self.patterns = Patterns::below(&self.path, self.patterns);
        }
        self
    }

    fn list(&self, waiting: &mut Vec<Self>, meet: &mut impl FnMut(String, Met)) {
        let Ok(entries) = std::fs::read_dir(&self.path) else {
            return meet(self.inner.clone(), Met::Closed);
        };
        for entry in entries {
            let Ok(entry) = entry else {
                return meet(self.inner.clone(), Met::Closed);
            };
            if entry.file_name() != ".git" {
                self.look_at(&entry, waiting, meet);
            }
        }
    }

    fn look_at(&self, entry: &DirEntry, waiting: &mut Vec<Self>, meet: &mut impl FnMut(String, Met)) {
        let (path, name) = (entry.path(), entry.file_name());
        let kind = entry.file_type().ok();
        let is_folder = kind.is_some_and(|kind| kind.is_dir());
        if self.patterns.as_ref().is_some_and(|patterns| patterns.leave_out(&path, is_folder)) {
            return;
        }
        let inner = self.inner_path(&name.to_string_lossy());
        if name.to_str().is_none() {
            meet(inner, if is_folder { Met::Closed } else { Met::NotUtf8 });
        } else if is_folder {
            let (patterns, is_in_repository) = (self.patterns.clone(), self.is_in_repository);
            waiting.push(Self { path, inner, patterns, is_in_repository });
        } else if kind.is_some_and(|kind| kind.is_file()) {
            meet(inner, Met::File);
        } else {
            meet(inner, Met::Link);
        }
    }

    fn inner_path(&self, name: &str) -> String {
        if self.inner.is_empty() { name.to_owned() } else { format!("{}/{name}", self.inner) }
    }
}
