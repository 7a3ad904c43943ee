//! A tree with sizes, flat or with everything below it, as the trees endpoint answers it.

use super::command::{GitError, git, run};
use super::repository::GitRepository;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedEntry {
    pub mode: String,
    pub kind: String,
    pub oid: String,
    /// Only blobs have one.
    pub size: Option<u64>,
    pub path: String,
}

/// The entries of the tree `oid`; with `recursive` those of every tree below it, and these trees themselves.
pub fn list_tree(repository: &GitRepository, oid: &str, recursive: bool) -> Result<Vec<ListedEntry>, GitError> {
    let mut command = git(repository.path());
    command.args(["ls-tree", "-z", "-l", "--full-tree"]);
    if recursive {
        command.args(["-r", "-t"]);
    }
    let listing = run(command.arg(oid))?;
    let lines = listing.split(|byte| *byte == 0).filter(|line| !line.is_empty());
    lines.map(|line| parse_line(&String::from_utf8_lossy(line))).collect()
}

/// `<mode> <kind> <oid> <size, or ->\t<path>`, the size padded.
fn parse_line(line: &str) -> Result<ListedEntry, GitError> {
    let unexpected = || GitError::Unexpected(line.to_owned());
    let (head, path) = line.split_once('\t').ok_or_else(unexpected)?;
    let words: Vec<&str> = head.split_whitespace().collect();
    let [mode, kind, oid, size] = words[..] else { return Err(unexpected()) };
    Ok(ListedEntry {
        mode: mode.to_owned(),
        kind: kind.to_owned(),
        oid: oid.to_owned(),
        size: size.parse().ok(),
        path: path.to_owned(),
    })
}
