//! Which `.cursor` folders the commits of a push name, if their lists can be believed to be complete.

use super::text::Text;
use crate::model::Touched;
use crate::model::location::touched_cursor_folder;
use serde::Deserialize;
use std::collections::BTreeSet;

/// GitHub lists no more commits in a push.
const COMMITS: usize = 2048;
/// GitHub lists no more files in a commit.
const FILES: usize = 3000;
/// More folders than these are not asked for one by one.
const FOLDERS: usize = 20;

/// One commit of a push. GitHub's schema lets each list be missing.
#[derive(Debug, Deserialize)]
pub(super) struct Commit<'a> {
    #[serde(borrow)]
    added: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    removed: Option<Vec<Text<'a>>>,
    #[serde(borrow)]
    modified: Option<Vec<Text<'a>>>,
}

/// Unknown where a list is cut off or missing, where there is none, or where too many folders are named.
pub(super) fn touched(commits: &[Commit<'_>]) -> Touched {
    folders(commits).map_or(Touched::Unknown, |folders| Touched::Folders(folders.into_iter().collect()))
}

fn folders(commits: &[Commit<'_>]) -> Option<BTreeSet<String>> {
    if commits.is_empty() || commits.len() >= COMMITS {
        return None;
    }
    let mut folders = BTreeSet::new();
    for commit in commits {
        for path in commit.paths()? {
            let Some(folder) = touched_cursor_folder(&path.0) else {
                continue;
            };
            if !folders.contains(folder) {
                // A folder with such a name is not asked for by it.
                Text(folder.into()).is_keepable().then(|| folders.insert(folder.to_owned()))?;
            }
        }
        if folders.len() > FOLDERS {
            return None;
        }
    }
    Some(folders)
}

impl<'a> Commit<'a> {
    /// All paths, if the lists are complete.
    ///
    /// A commit without any is not believed: it may be a merge that takes one side's files, and then it changes what no
    /// list of the other side's commits names.
    fn paths(&self) -> Option<impl Iterator<Item = &Text<'a>>> {
        let lists = [self.added.as_ref()?, self.removed.as_ref()?, self.modified.as_ref()?];
        let files: usize = lists.iter().map(|list| list.len()).sum();
        (1..FILES).contains(&files).then(|| lists.into_iter().flatten())
    }
}
