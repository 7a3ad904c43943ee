//! The objects that a query walks over, and what the fields of repositories and refs give.

use super::arguments::Variables;
use super::object::{entry_field, object_field};
use super::selection::QueryField;
use crate::sandbox::answer::node_id;
use crate::sandbox::git::{GitError, ObjectInfo, ObjectKind, TreeEntry};
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
    pub fn name(&self) -> &str {
        &self.field.name
    }

    pub fn argument(&self, name: &str) -> Option<String> {
        self.variables.text(self.field, name)
    }
}

pub type Answer = Result<Outcome, GitError>;

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

pub fn scalar(value: impl Into<Value>) -> Answer {
    Ok(Outcome::Scalar(value.into()))
}

/// A git object, or null where there is none; `path` led to it.
pub fn object(repository: &Repository, found: Option<ObjectInfo>, path: &str) -> Answer {
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
