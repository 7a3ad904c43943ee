//! What the fields of commits, trees, their entries and tags give.

use super::blob;
use super::node::{Answer, Asked, Node, Outcome, Repository, object, scalar};
use crate::sandbox::answer::node_id;
use crate::sandbox::git::{Commit, GitError, ObjectInfo, ObjectKind, TreeEntry};

pub fn object_field(repository: &Repository, info: &ObjectInfo, path: &str, asked: &Asked<'_>) -> Answer {
    match (asked.name(), info.kind) {
        ("id", _) => scalar(node_id("GitObject", &info.oid)),
        ("oid", _) => scalar(info.oid.as_str()),
        ("abbreviatedOid", _) => scalar(&info.oid[..7]),
        (_, ObjectKind::Blob) => Ok(Outcome::Scalar(blob::field(repository, info, asked.text_limit, asked.name())?)),
        (_, ObjectKind::Tree) => entries(repository, &info.oid, path),
        (_, ObjectKind::Commit) => match repository.git.commit(&info.oid)? {
            Some(commit) => commit_field(repository, &commit, asked),
            None => Err(lost(&info.oid)),
        },
        (name, ObjectKind::Tag) => tag_field(repository, info, name),
    }
}

/// What git has named, and does not find: a disk has lost it, or the repository is on its way out.
fn lost(oid: &str) -> GitError {
    GitError::Unexpected(format!("{oid} is not there"))
}

fn commit_field(repository: &Repository, commit: &Commit, asked: &Asked<'_>) -> Answer {
    match asked.name() {
        "authoredDate" => scalar(commit.author.utc_time()),
        "committedDate" => scalar(commit.committer.utc_time()),
        "message" => scalar(commit.message.as_str()),
        "messageHeadline" => scalar(commit.message.lines().next().unwrap_or_default()),
        "tree" => object(repository, Some(repository.git.info(&commit.tree)?.ok_or_else(|| lost(&commit.tree))?), ""),
        _ => {
            let path = asked.argument("path").unwrap_or_default();
            let entry = repository.git.entry_at(&commit.tree, &path)?;
            Ok(Outcome::One(entry.map(|entry| Node::Entry(repository.clone(), entry, path))))
        }
    }
}

fn entries(repository: &Repository, oid: &str, path: &str) -> Answer {
    let entries = repository.git.tree(oid)?.unwrap_or_default();
    let node = |entry: TreeEntry| {
        let full_path = if path.is_empty() { entry.name.clone() } else { format!("{path}/{}", entry.name) };
        Node::Entry(repository.clone(), entry, full_path)
    };
    Ok(Outcome::Many(entries.into_iter().map(node).collect()))
}

pub fn entry_field(repository: &Repository, entry: &TreeEntry, path: &str, name: &str) -> Answer {
    match name {
        "name" => scalar(entry.name.as_str()),
        "path" => scalar(path),
        "mode" => scalar(entry.mode),
        "type" => scalar(entry.kind()),
        "oid" => scalar(entry.oid.as_str()),
        "size" => {
            let info = if entry.kind() == "blob" { repository.git.info(&entry.oid)? } else { None };
            scalar(info.map_or(0, |info| info.size))
        }
        // A submodule's commit is not in this repository.
        _ if entry.is_submodule() => Ok(Outcome::One(None)),
        _ => object(repository, repository.git.info(&entry.oid)?, path),
    }
}

fn tag_field(repository: &Repository, info: &ObjectInfo, name: &str) -> Answer {
    let bytes = repository.git.read(&info.oid)?.map(|object| object.bytes).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let (headers, message) = text.split_once("\n\n").unwrap_or((&text, ""));
    let header = |wanted: &str| headers.lines().find_map(|line| line.strip_prefix(wanted)).unwrap_or_default();
    match name {
        "name" => scalar(header("tag ")),
        "message" => scalar(message),
        _ => object(repository, repository.git.info(header("object "))?, ""),
    }
}
