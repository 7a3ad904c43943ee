//! What git leaves out: `.gitignore` files, each above the ones in the folders around it.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::rc::Rc;

/// No real `.gitignore` has as much; the rest of a larger one is not read.
const MAX_BYTES: u64 = 256 * 1024;

/// The patterns that count in one folder of a repository.
#[derive(Debug)]
pub struct Patterns {
    own: Gitignore,
    above: Option<Rc<Self>>,
}

impl Patterns {
    /// At the top of a repository: those that are for this clone alone. Patterns around the repository do not count in it.
    pub fn of_repository(folder: &Path) -> Option<Rc<Self>> {
        Self::read(folder, &folder.join(".git/info/exclude"), None)
    }

    /// In a folder of it.
    pub fn below(folder: &Path, above: Option<Rc<Self>>) -> Option<Rc<Self>> {
        Self::read(folder, &folder.join(".gitignore"), above)
    }

    fn read(folder: &Path, file: &Path, above: Option<Rc<Self>>) -> Option<Rc<Self>> {
        let Some(text) = plain_text(file) else {
            return above;
        };
        let mut builder = GitignoreBuilder::new(folder);
        for line in text.trim_start_matches('\u{feff}').lines() {
            // A line that is no pattern is none to git either.
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(own) => Some(Rc::new(Self { own, above })),
            Err(_) => above,
        }
    }

    /// The nearest folder that says anything of `path` decides.
    pub fn leave_out(&self, path: &Path, is_folder: bool) -> bool {
        let near_and_far = std::iter::successors(Some(self), |patterns| patterns.above.as_deref());
        let mut said = near_and_far.map(|patterns| patterns.own.matched(path, is_folder));
        matches!(said.find(|said| !said.is_none()), Some(Match::Ignore(_)))
    }
}

/// Of a plain file only, as git does: a link could lead anywhere, and a pipe would never end.
fn plain_text(path: &Path) -> Option<String> {
    if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return None;
    }
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
