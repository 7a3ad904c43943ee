//! The objects that a query walks over, and what each of their fields gives.

use super::arguments::Variables;
use super::blob;
use super::selection::QueryField;
use crate::sandbox::answer::node_id;
use crate::sandbox::git::{Commit, GitError, ObjectInfo, ObjectKind, TreeEntry};
use crate::sandbox::state::HostedRepository;
use serde_json::Value;
use std::sync::Arc;

pub type Repository = Arc<HostedRepository>;

#[derive(Clone, Debug)]
pub enum Node {
    Repository(Repository),
    Owner(String),
    Ref(Repository, String),
    /// With the path that led to it, empty for a root.
    Object(Repository, ObjectInfo, String),
    Entry(Repository, TreeEntry, String),
}

/// What a field gives.
#[derive(Debug)]
pub enum Outcome {
    Scalar(Value),
    One(Option<Node>),
    Many(Vec<Node>),
}

/// A field that is asked for, with what its arguments may refer to.
#[derive(Debug)]
pub struct Asked<'a> {
    pub field: &'a QueryField,
    pub variables: &'a Variables,
    /// Bytes of text of one blob.
    pub text_limit: usize,
}

impl Asked<'_> {
    fn name(&self) -> &str {
        &self.field.name
    }

    fn argument(&self, name: &str) -> Option<String> {
        self.variables.text(self.field, name)
    }
}

type Answer = Result<Outcome, GitError>;

impl Node {
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Repository(_) => "Repository",
            Self::Owner(_) => "RepositoryOwner",
            Self::Ref(..) => "Ref",
            Self::Entry(..) => "TreeEntry",
            Self::Object(_, info, _) => match info.kind {
                ObjectKind::Blob => "Blob",
                ObjectKind::Tree => "Tree",
                ObjectKind::Commit => "Commit",
                ObjectKind::Tag => "Tag",
            },
        }
    }

    pub fn field(&self, asked: &Asked<'_>) -> Answer {
        match self {
            Self::Repository(repository) => repository_field(repository, asked),
            Self::Owner(login) => scalar(login.as_str()),
            Self::Ref(repository, full_name) => ref_field(repository, full_name, asked.name()),
            Self::Object(repository, info, path) => object_field(repository, info, path, asked),
            Self::Entry(repository, entry, path) => entry_field(repository, entry, path, asked.name()),
        }
    }
}

fn scalar(value: impl Into<Value>) -> Answer {
    Ok(Outcome::Scalar(value.into()))
}

fn object(repository: &Repository, found: Option<ObjectInfo>, path: &str) -> Answer {
    Ok(Outcome::One(found.map(|info| Node::Object(repository.clone(), info, path.to_owned()))))
}

fn repository_field(repository: &Repository, asked: &Asked<'_>) -> Answer {
    match asked.name() {
        "id" => scalar(node_id("Repository", repository.id)),
        "databaseId" => scalar(repository.id),
        "name" => scalar(repository.name()),
        "nameWithOwner" => scalar(repository.full_name.as_str()),
        "owner" => Ok(Outcome::One(Some(Node::Owner(repository.owner().to_owned())))),
        "isArchived" => scalar(repository.archived),
        "isPrivate" => scalar(repository.private),
        "isEmpty" => scalar(repository.is_empty()?),
        "defaultBranchRef" => existing_ref(repository, &repository.default_ref()),
        "ref" => existing_ref(repository, &asked.argument("qualifiedName").unwrap_or_default()),
        "object" => expression(repository, asked),
        // isFork, isDisabled
        _ => scalar(false),
    }
}

fn existing_ref(repository: &Repository, name: &str) -> Answer {
    let folders = if name.starts_with("refs/") { &[""][..] } else { &["refs/heads/", "refs/tags/"] };
    for folder in folders {
        let full_name = format!("{folder}{name}");
        if repository.resolve(&full_name)?.is_some() {
            return Ok(Outcome::One(Some(Node::Ref(repository.clone(), full_name))));
        }
    }
    Ok(Outcome::One(None))
}

/// `object(oid:)` or `object(expression:)`, where the expression is a revision or `revision:path`.
fn expression(repository: &Repository, asked: &Asked<'_>) -> Answer {
    if let Some(oid) = asked.argument("oid") {
        let is_whole = matches!(oid.len(), 40 | 64);
        return object(repository, if is_whole { repository.resolve(&oid)? } else { None }, "");
    }
    let Some(expression) = asked.argument("expression") else { return Ok(Outcome::One(None)) };
    let Some((revision, path)) = expression.split_once(':') else {
        return object(repository, repository.resolve(&expression)?, "");
    };
    let Some(root) = repository.resolve_tree(revision)? else { return Ok(Outcome::One(None)) };
    let path = path.trim_matches('/');
    if path.is_empty() {
        return object(repository, Some(root), "");
    }
    match repository.git.entry_at(&root.oid, path)? {
        Some(entry) => object(repository, repository.git.info(&entry.oid)?, path),
        None => Ok(Outcome::One(None)),
    }
}

fn ref_field(repository: &Repository, full_name: &str, name: &str) -> Answer {
    let (prefix, short) = ["refs/heads/", "refs/tags/"]
        .into_iter()
        .find_map(|prefix| Some((prefix, full_name.strip_prefix(prefix)?)))
        .unwrap_or(("refs/", full_name));
    match name {
        "id" => scalar(node_id("Ref", full_name)),
        "name" => scalar(short),
        "prefix" => scalar(prefix),
        _ => object(repository, repository.resolve(full_name)?, ""),
    }
}

fn object_field(repository: &Repository, info: &ObjectInfo, path: &str, asked: &Asked<'_>) -> Answer {
    match (asked.name(), info.kind) {
        ("id", _) => scalar(node_id("GitObject", &info.oid)),
        ("oid", _) => scalar(info.oid.as_str()),
        ("abbreviatedOid", _) => scalar(&info.oid[..7]),
        (_, ObjectKind::Blob) => Ok(Outcome::Scalar(blob::field(repository, info, asked.text_limit, asked.name())?)),
        (_, ObjectKind::Tree) => entries(repository, &info.oid, path),
        (_, ObjectKind::Commit) => match repository.git.commit(&info.oid)? {
            Some(commit) => commit_field(repository, &commit, asked),
            None => scalar(Value::Null),
        },
        (name, ObjectKind::Tag) => tag_field(repository, info, name),
    }
}

fn commit_field(repository: &Repository, commit: &Commit, asked: &Asked<'_>) -> Answer {
    match asked.name() {
        "authoredDate" => scalar(commit.author.utc_time()),
        "committedDate" => scalar(commit.committer.utc_time()),
        "message" => scalar(commit.message.as_str()),
        "messageHeadline" => scalar(commit.message.lines().next().unwrap_or_default()),
        "tree" => object(repository, repository.git.info(&commit.tree)?, ""),
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

fn entry_field(repository: &Repository, entry: &TreeEntry, path: &str, name: &str) -> Answer {
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
