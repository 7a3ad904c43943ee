//! Open tasks.

use super::{SAMPLE_BLOB, SAMPLE_COMMIT, SAMPLE_ID, Sample, Time};
use crate::model::{Kind, Location};
use crate::queue::Lane;
use crate::store::rows::task::TaskRow;
use serde::Serialize;
use utoipa::ToSchema;

/// A file that is on its way, or was given up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Task<'a> {
    pub id: &'a str,
    pub run_id: &'a str,
    pub repository_id: i64,
    #[schema(required)]
    pub kind: Option<Kind>,
    /// Where the file comes from: `github`.
    pub source_type: &'a str,
    pub source_path: &'a str,
    pub source_commit: &'a str,
    pub source_branch: &'a str,
    pub blob: &'a str,
    /// The webhook that it answers.
    #[schema(required)]
    pub delivery: Option<&'a str>,
    /// `person`: somebody waits for it; `bulk`: nobody does.
    pub lane: &'a str,
    /// `pending` or `failed`.
    pub status: &'a str,
    /// How often reading it has failed.
    pub attempts: i32,
    /// It waits until then.
    #[schema(required)]
    pub not_before: Option<Time>,
    /// Since when it is in the queue.
    #[schema(required)]
    pub published_at: Option<Time>,
    #[schema(required)]
    pub error: Option<&'a str>,
    pub created_at: Time,
}

impl<'a> Task<'a> {
    pub(in crate::api) fn of(row: &'a TaskRow) -> Self {
        let lane = if row.priority == 0 { Lane::Person } else { Lane::Bulk };
        Self {
            id: &row.id,
            run_id: &row.run_id,
            repository_id: row.repository_id,
            kind: Location::from_seen(&row.path, Some(&row.seen)).map(|at| at.kind),
            source_type: &row.source_type,
            source_path: &row.path,
            source_commit: &row.commit_sha,
            source_branch: &row.branch,
            blob: &row.blob,
            delivery: row.delivery_id.as_deref(),
            lane: lane.as_str(),
            status: &row.status,
            attempts: row.attempts,
            not_before: row.not_before.map(Time),
            published_at: row.published_at.map(Time),
            error: row.error.as_deref(),
            created_at: Time(row.created_at),
        }
    }
}

impl Sample for Task<'static> {
    fn sample() -> Self {
        Self {
            id: SAMPLE_ID,
            run_id: SAMPLE_ID,
            repository_id: 1,
            kind: Some(Kind::Rule),
            source_type: "github",
            source_path: ".cursor/rules/style.mdc",
            source_commit: SAMPLE_COMMIT,
            source_branch: "main",
            blob: SAMPLE_BLOB,
            delivery: None,
            lane: Lane::Person.as_str(),
            status: "pending",
            attempts: 1,
            not_before: Some(Time::sample()),
            published_at: None,
            error: Some("GitHub answered 502"),
            created_at: Time::sample(),
        }
    }
}
