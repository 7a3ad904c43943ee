//! Branches and tags, and a cheap way to notice that one of them moved.

use super::command::{GitError, git, run};
use super::repository::GitRepository;
use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::Path;

/// Full ref name to object name: what GitHub would know of a repository after the last push.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refs(pub BTreeMap<String, String>);

impl Refs {
    pub fn read(repository: &GitRepository) -> Result<Self, GitError> {
        let format = "--format=%(objectname) %(refname)";
        let listed = run(git(repository.path()).args(["for-each-ref", format, "refs/heads", "refs/tags"]))?;
        let listed = String::from_utf8_lossy(&listed);
        let pairs = listed.lines().filter_map(|line| line.split_once(' '));
        Ok(Self(pairs.map(|(oid, name)| (name.to_owned(), oid.to_owned())).collect()))
    }

    /// (name, before, after) of each ref that differs; `None` where there was none.
    pub fn changes_to(&self, newer: &Self) -> Vec<(String, Option<String>, Option<String>)> {
        let mut names: Vec<&String> = self.0.keys().chain(newer.0.keys()).collect();
        names.sort();
        names.dedup();
        let changed = names.into_iter().filter(|name| self.0.get(*name) != newer.0.get(*name));
        changed.map(|name| (name.clone(), self.0.get(name).cloned(), newer.0.get(name).cloned())).collect()
    }
}

/// A hash over size and time of the files that hold refs. Equal: nothing moved. Different: ask git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint(u64);

impl Fingerprint {
    pub fn take(repository: &GitRepository) -> Self {
        let mut hasher = DefaultHasher::new();
        let common = repository.common_dir();
        hash_file(&repository.git_dir().join("HEAD"), &mut hasher);
        hash_file(&common.join("packed-refs"), &mut hasher);
        hash_file(&common.join("reftable/tables.list"), &mut hasher);
        hash_folder(&common.join("refs/heads"), 0, &mut hasher);
        hash_folder(&common.join("refs/tags"), 0, &mut hasher);
        Self(hasher.finish())
    }
}

fn hash_file(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(found) = path.symlink_metadata() else { return };
    path.hash(hasher);
    found.len().hash(hasher);
    found.modified().ok().hash(hasher);
    #[cfg(unix)]
    std::os::unix::fs::MetadataExt::ino(&found).hash(hasher);
}

fn hash_folder(path: &Path, depth: usize, hasher: &mut DefaultHasher) {
    const DEEPEST: usize = 32;
    let Ok(entries) = path.read_dir() else { return };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
        if !is_folder {
            hash_file(&path, hasher);
        } else if depth < DEEPEST {
            hash_folder(&path, depth + 1, hasher);
        }
    }
}
