//! What a push brought: its commits, and what each of them changed.

use super::command::{GitError, git, run, run_with_input};
use super::commit::Commit;
use super::repository::GitRepository;
use std::collections::{BTreeMap, HashSet};

/// Paths that a commit changed, seen from its first parent. A rename is a removal and an addition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangedFiles {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub modified: Vec<String>,
}

/// The newest `limit` commits that are in `after` and in none of `without`, oldest first.
pub fn commits_between(
    repository: &GitRepository,
    after: &str,
    without: &[String],
    limit: usize,
) -> Result<Vec<Commit>, GitError> {
    let options = ["--topo-order", "--reverse", &format!("--max-count={limit}")];
    let listed = rev_list(repository, after, without, &options)?;
    listed.lines().filter_map(|oid| repository.commit(oid).transpose()).collect()
}

/// Which commits of `after` were in no ref before.
pub fn distinct_commits(
    repository: &GitRepository,
    after: &str,
    known: &[String],
) -> Result<HashSet<String>, GitError> {
    Ok(rev_list(repository, after, known, &[])?.lines().map(str::to_owned).collect())
}

/// What was thrown away may be gone from the disk, too: such names are passed over.
fn rev_list(repository: &GitRepository, after: &str, without: &[String], options: &[&str]) -> Result<String, GitError> {
    let excluded = without.iter().map(|oid| format!("^{oid}\n"));
    let input: String = std::iter::once(format!("{after}\n")).chain(excluded).collect();
    let mut command = git(repository.path());
    command.args(["rev-list", "--ignore-missing"]).args(options).arg("--stdin");
    let listed = run_with_input(&mut command, input.into_bytes())?;
    Ok(String::from_utf8_lossy(&listed).into_owned())
}

/// Whether `ancestor` is in the history of `oid`.
pub fn is_ancestor(repository: &GitRepository, ancestor: &str, oid: &str) -> bool {
    run(git(repository.path()).args(["merge-base", "--is-ancestor", ancestor, oid])).is_ok()
}

/// What each of these commits changed, by its object name; those that changed nothing are left out.
pub fn changed_files(
    repository: &GitRepository,
    commits: &[Commit],
) -> Result<BTreeMap<String, ChangedFiles>, GitError> {
    let mut input = String::new();
    for commit in commits {
        let first_parent = commit.parents.first().map(String::as_str).unwrap_or_default();
        input.push_str(format!("{} {first_parent}", commit.oid).trim_end());
        input.push('\n');
    }
    let mut command = git(repository.path());
    command.args(["diff-tree", "--stdin", "--root", "-r", "-z", "--name-status", "--no-renames", "--no-ext-diff"]);
    let listing = run_with_input(&mut command, input.into_bytes())?;
    Ok(parse_changes(&listing))
}

/// A commit's name, then a letter and a path for each file; all of them ended by NUL.
fn parse_changes(listing: &[u8]) -> BTreeMap<String, ChangedFiles> {
    let mut changes: BTreeMap<String, ChangedFiles> = BTreeMap::new();
    let mut current = String::new();
    let mut words = listing.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
    while let Some(word) = words.next() {
        if word.len() > 1 {
            current = word;
            continue;
        }
        let Some(path) = words.next() else { break };
        let files = changes.entry(current.clone()).or_default();
        match word.as_str() {
            "A" => files.added.push(path),
            "D" => files.removed.push(path),
            _ => files.modified.push(path),
        }
    }
    changes
}
