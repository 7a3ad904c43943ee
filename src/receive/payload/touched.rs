//! Which `.cursor` folders, and which of other tools, the commits of a push name, if their lists can be believed to be complete.

use super::gather::{Gather, gather};
use super::text::Text;
use crate::model::location::touched_cursor_folder;
use crate::model::{ToolFolder, Touched};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeSet;

/// GitHub lists no more commits in a push.
const COMMITS: usize = 2048;
/// GitHub lists no more files in a commit.
const FILES: usize = 3000;
/// More folders than these are not asked for one by one.
const FOLDERS: usize = 20;

/// All commits of a push.
#[derive(Debug, Default)]
pub(super) struct Commits {
    number: usize,
    folders: Folders,
    /// A list of one of them is cut off or missing.
    incomplete: bool,
}

impl Commits {
    pub(super) fn is_empty(&self) -> bool {
        self.number == 0
    }

    /// Unknown where there is no commit, where a list is not complete, or where too many folders are named.
    pub(super) fn touched(self) -> (Touched, BTreeSet<ToolFolder>) {
        let complete = (1..COMMITS).contains(&self.number) && !self.incomplete;
        let tools = self.folders.tools.clone();
        match self.folders.named() {
            Some(folders) if complete => (Touched::Folders(folders), tools),
            _ => (Touched::Unknown, tools),
        }
    }
}

impl<'de> Gather<'de> for Commits {
    type Item = Commit;

    fn add(&mut self, commit: Commit) {
        self.number += 1;
        match commit.folders() {
            Some(folders) => self.folders.merge(&folders),
            None => self.incomplete = true,
        }
    }
}

impl<'de> Deserialize<'de> for Commits {
    fn deserialize<D: Deserializer<'de>>(array: D) -> Result<Self, D::Error> {
        gather(array)
    }
}

/// One commit. GitHub's schema lets each list be missing.
#[derive(Debug, Deserialize)]
pub(super) struct Commit {
    added: Option<Paths>,
    removed: Option<Paths>,
    modified: Option<Paths>,
}

impl Commit {
    /// The folders that are named, if the lists are complete.
    ///
    /// A commit without any files is not believed: it may be a merge that takes one side's, and then it changes what no
    /// list of the other side's commits names.
    fn folders(self) -> Option<Folders> {
        let (mut all, removed, modified) = (self.added?, self.removed?, self.modified?);
        let number = all.number + removed.number + modified.number;
        all.folders.merge(&removed.folders);
        all.folders.merge(&modified.folders);
        (1..FILES).contains(&number).then_some(all.folders)
    }
}

/// One list of a commit.
#[derive(Debug, Default)]
struct Paths {
    number: usize,
    folders: Folders,
}

impl<'de> Gather<'de> for Paths {
    type Item = Text<'de>;

    fn add(&mut self, path: Text<'de>) {
        self.number += 1;
        if let Some(folder) = touched_cursor_folder(&path.0) {
            self.folders.add(folder);
        }
        self.folders.tools.extend(ToolFolder::touched(&path.0));
    }
}

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(array: D) -> Result<Self, D::Error> {
        gather(array)
    }
}

/// The folders that are named, as long as they are few and each can be asked for by its name.
#[derive(Debug, Default)]
struct Folders {
    few: BTreeSet<String>,
    tools: BTreeSet<ToolFolder>,
    /// More than are kept, or one that cannot be.
    overflow: bool,
}

impl Folders {
    fn add(&mut self, folder: &str) {
        if self.few.contains(folder) {
            return;
        }
        if self.few.len() < FOLDERS && Text(folder.into()).is_keepable() {
            self.few.insert(folder.to_owned());
        } else {
            self.overflow = true;
        }
    }

    fn merge(&mut self, other: &Self) {
        self.overflow |= other.overflow;
        self.tools.extend(&other.tools);
        other.few.iter().for_each(|folder| self.add(folder));
    }

    fn named(self) -> Option<Vec<String>> {
        (!self.overflow).then(|| self.few.into_iter().collect())
    }
}
