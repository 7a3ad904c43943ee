//! Workspaces.

use super::{Member, Sample, Time};
use crate::store::rows::listing;
use crate::store::workspaces;
use serde::Serialize;
use utoipa::ToSchema;

/// What definitions belong to, and the wall between tenants.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Workspace<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// Which side settles conflicts of edits with git by itself: `ask` (none), `github` or `local`.
    pub prefers: &'a str,
    /// Counted up by every visible change.
    pub revision: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

/// What a workspace is to be called.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NamedWorkspace {
    #[schema(min_length = 1, max_length = 200)]
    pub name: &'static str,
}

impl Sample for NamedWorkspace {
    fn sample() -> Self {
        Self { name: "Payments" }
    }
}

/// What is to be different in a workspace; what is left out stays.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct ChangedWorkspace {
    #[schema(min_length = 1, max_length = 200)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'static str>,
    /// Which side settles conflicts of edits with git by itself; those that stand are settled at once.
    #[schema(pattern = "^(ask|github|local)$")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefers: Option<&'static str>,
}

impl Sample for ChangedWorkspace {
    fn sample() -> Self {
        Self { name: Some("Payments"), prefers: Some("github") }
    }
}

/// A workspace with the repositories that are linked to it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct WorkspaceWithMembers<'a> {
    #[serde(flatten)]
    pub workspace: Workspace<'a>,
    pub repositories: Vec<Member<'a>>,
}

impl<'a> Workspace<'a> {
    pub(in crate::api) fn of(row: &'a listing::Workspace) -> Self {
        Self {
            id: &row.id,
            name: &row.name,
            prefers: &row.prefers,
            revision: row.revision,
            created_at: Time(row.created_at),
            updated_at: Time(row.updated_at),
        }
    }
}

impl<'a> WorkspaceWithMembers<'a> {
    pub(in crate::api) fn of(row: &'a listing::Workspace, members: &'a [workspaces::Member]) -> Self {
        Self { workspace: Workspace::of(row), repositories: members.iter().map(Member::of).collect() }
    }
}

impl Sample for Workspace<'static> {
    fn sample() -> Self {
        let time = Time::sample();
        Self {
            id: super::SAMPLE_ID,
            name: "octo/repo",
            prefers: "ask",
            revision: 7,
            created_at: time,
            updated_at: time,
        }
    }
}

impl Sample for WorkspaceWithMembers<'static> {
    fn sample() -> Self {
        Self { workspace: Workspace::sample(), repositories: vec![Member::sample()] }
    }
}
