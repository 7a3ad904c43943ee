//! Reading of one git repository on disk: objects, refs, history.
//!
//! Everything goes through the `git` program with an environment of its own, so that neither the caller's variables nor
//! the repository's configuration can make it run something else or write. Nothing in here writes into a repository; the sample, which is ours, borrows `command` for that.

pub mod command;
mod commit;
mod compare;
mod history;
mod listing;
mod objects;
mod refs;
mod repository;
mod tree;

pub use command::GitError;
pub use commit::{Commit, Signature};
pub use compare::{DifferentFile, Parting, parting};
pub use history::{ChangedFiles, changed_files, commits_between, distinct_commits, is_ancestor};
pub use listing::{ListedEntry, list_tree};
pub use objects::{Object, ObjectInfo, ObjectKind};
pub use refs::{Fingerprint, Refs};
pub use repository::GitRepository;
pub use tree::TreeEntry;

#[cfg(test)]
pub mod fixture;
