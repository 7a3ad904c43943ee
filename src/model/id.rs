//! Ids as types of their own, so that an installation is never taken for a repository.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::marker::PhantomData;
use uuid::Uuid;

/// A number that GitHub gives out. `T` says what it numbers.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct GitHubId<T>(pub i64, #[serde(skip)] PhantomData<T>);

/// An id that we give out: a UUID of version 7, so that rows made later sort later.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct OwnId<T>(String, #[serde(skip)] PhantomData<T>);

#[derive(Debug)]
pub enum Installation {}
#[derive(Debug)]
pub enum Repository {}
#[derive(Debug)]
pub enum Workspace {}
#[derive(Debug)]
pub enum Definition {}
#[derive(Debug)]
pub enum Run {}
#[derive(Debug)]
pub enum Task {}
#[derive(Debug)]
pub enum Token {}
#[derive(Debug)]
pub enum Session {}
#[derive(Debug)]
pub enum Check {}

pub type InstallationId = GitHubId<Installation>;
/// GitHub's number of a repository: it stays when the name changes.
pub type RepositoryId = GitHubId<Repository>;
pub type WorkspaceId = OwnId<Workspace>;
pub type DefinitionId = OwnId<Definition>;
pub type RunId = OwnId<Run>;
pub type TaskId = OwnId<Task>;
pub type TokenId = OwnId<Token>;
pub type SessionId = OwnId<Session>;
pub type CheckId = OwnId<Check>;

/// `X-GitHub-Delivery`: a GUID in practice, any short text to us.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub String);

/// Counts the plans of one repository; a task belongs to exactly one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunNumber(pub i64);

impl<T> GitHubId<T> {
    pub const fn new(number: i64) -> Self {
        Self(number, PhantomData)
    }
}

impl<T> OwnId<T> {
    /// A new id, never given out before.
    pub fn generate() -> Self {
        Self(Uuid::now_v7().to_string(), PhantomData)
    }

    /// An id as it came from a row or a request; whether it exists is for the store to say.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into(), PhantomData)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

// Derives would ask the same of the marker `T`, which is never there.
impl<T> Clone for GitHubId<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for GitHubId<T> {}
impl<T> PartialEq for GitHubId<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for GitHubId<T> {}
impl<T> PartialOrd for GitHubId<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for GitHubId<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for GitHubId<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for GitHubId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl<T> fmt::Display for GitHubId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl<T> Clone for OwnId<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}
impl<T> PartialEq for OwnId<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for OwnId<T> {}
impl<T> PartialOrd for OwnId<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for OwnId<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> std::hash::Hash for OwnId<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for OwnId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl<T> fmt::Display for OwnId<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl fmt::Display for RunNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
