//! What a branch has changed since it parted from another.

use super::command::{GitError, git, run};
use super::repository::GitRepository;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    pub merge_base: String,
    pub files: Vec<DifferentFile>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferentFile {
    pub path: String,
    /// Where it was moved from.
    pub previous: Option<String>,
    /// As GitHub calls it: `added`, `removed`, `modified`, `renamed`.
    pub status: &'static str,
    /// The blob; of a removed file the one that was there.
    pub oid: String,
}

/// `None` if the two have no history in common.
pub fn parting(repository: &GitRepository, base: &str, head: &str) -> Result<Option<Parting>, GitError> {
    let Ok(found) = run(git(repository.path()).args(["merge-base", base, head])) else { return Ok(None) };
    let merge_base = String::from_utf8_lossy(&found).trim().to_owned();
    let options = ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", "-M", "--no-ext-diff", &merge_base, head];
    let listing = run(git(repository.path()).args(options))?;
    Ok(Some(Parting { merge_base, files: files(&listing)? }))
}

/// `:MODE MODE OID OID LETTER` and the paths, all of them ended by NUL.
fn files(listing: &[u8]) -> Result<Vec<DifferentFile>, GitError> {
    let unexpected = || GitError::Unexpected("the listing of a comparison".to_owned());
    let mut words = listing.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
    let mut files = Vec::new();
    while let Some(head) = words.next().filter(|word| !word.is_empty()) {
        let fields: Vec<&str> = head.split(' ').collect();
        let [_, _, old, new, letter] = fields.as_slice() else { return Err(unexpected()) };
        let first = words.next().ok_or_else(unexpected)?;
        let (status, oid) = match letter.chars().next() {
            Some('A') => ("added", new),
            Some('D') => ("removed", old),
            Some('R') => ("renamed", new),
            _ => ("modified", new),
        };
        let oid = (*oid).to_owned();
        files.push(match status {
            "renamed" => {
                let path = words.next().ok_or_else(unexpected)?;
                DifferentFile { path, previous: Some(first), status, oid }
            }
            _ => DifferentFile { path: first, previous: None, status, oid },
        });
    }
    Ok(files)
}
