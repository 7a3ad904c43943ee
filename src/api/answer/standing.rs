//! How a workspace stands to git.

use super::{Run, SAMPLE_COMMIT, Sample, Time};
use crate::model::{Kind, SyncStatus};
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use utoipa::ToSchema;

/// Is everything in sync, and if not, why?
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct SyncState<'a> {
    pub status: SyncStatus,
    pub counts: Counts,
    pub repositories: Vec<RepositoryStatus<'a>>,
    /// The run under way, or the one that waits.
    #[schema(required)]
    pub run: Option<Run<'a>>,
    /// At most a hundred.
    pub problems: Vec<Problem<'a>>,
}

/// Definitions by status.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(in crate::api) struct Counts {
    pub synced: i64,
    pub pending: i64,
    pub conflict: i64,
    pub error: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct RepositoryStatus<'a> {
    pub full_name: &'a str,
    #[schema(required)]
    pub branch: Option<&'a str>,
    #[schema(required)]
    pub head_commit: Option<&'a str>,
    #[schema(required)]
    pub synced_commit: Option<&'a str>,
    #[schema(required)]
    pub last_synced: Option<Time>,
    pub status: SyncStatus,
    /// Until when nothing happens, and why.
    #[schema(required)]
    pub waiting_until: Option<Time>,
    #[schema(required)]
    pub reason: Option<Cow<'a, str>>,
    /// Files below `.cursor` that are no definitions, by folder and by reason, with how many and a few examples.
    #[schema(value_type = Object)]
    pub ignored: Cow<'a, Value>,
    /// What is in force by its owner's settings and the organisation's; not there where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub settings: Option<&'a Value>,
    /// Only while something keeps check runs from being written to GitHub; nothing else waits for that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checks: Option<ChecksWait<'a>>,
}

/// Why no check runs are written, and until when.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct ChecksWait<'a> {
    pub reason: &'a str,
    pub waiting_until: Time,
}

/// A definition that is not in order, or a file that could not be read.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Problem<'a> {
    #[schema(required, value_type = Option<Kind>)]
    pub kind: Option<&'a str>,
    #[schema(required)]
    pub name: Option<&'a str>,
    #[schema(required)]
    pub path: Option<&'a str>,
    /// That of a diagnostic, or `not-read`.
    #[schema(required)]
    pub code: Option<&'a str>,
    #[schema(required)]
    pub message: Option<Cow<'a, str>>,
    #[schema(required)]
    pub line: Option<u64>,
}

impl Sample for SyncState<'static> {
    fn sample() -> Self {
        let repository = RepositoryStatus {
            full_name: "octo/repo",
            branch: Some("main"),
            head_commit: Some(SAMPLE_COMMIT),
            synced_commit: Some(SAMPLE_COMMIT),
            last_synced: Some(Time::sample()),
            status: SyncStatus::Synced,
            waiting_until: None,
            reason: None,
            ignored: Cow::Owned(json!({})),
            settings: None,
            checks: None,
        };
        let problem = Problem {
            kind: Some(Kind::Agent.as_str()),
            name: Some("reviewer"),
            path: Some(".cursor/agents/reviewer.md"),
            code: Some("frontmatter-unclosed"),
            message: Some(Cow::Borrowed("The frontmatter that opens here is never closed.")),
            line: Some(1),
        };
        Self {
            status: SyncStatus::Error,
            counts: Counts { synced: 41, pending: 0, conflict: 0, error: 1 },
            repositories: vec![repository],
            run: None,
            problems: vec![problem],
        }
    }
}
