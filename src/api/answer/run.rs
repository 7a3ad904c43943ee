//! Runs.

use super::{SAMPLE_COMMIT, SAMPLE_ID, Sample, Time};
use crate::model::{Kind, WorkStatus};
use crate::store::rows::run::RunRow;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// One sync of one repository to one commit, or a job over what is stored.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Run<'a> {
    pub id: &'a str,
    pub workspace_id: &'a str,
    #[schema(required)]
    pub repository_id: Option<i64>,
    /// `sync_github_agents`, `parse_agent_definition`, `resolve_dependencies` or `validate_agent_schema`.
    pub job_type: &'a str,
    #[schema(required, value_type = Option<Kind>)]
    pub kind: Option<&'a str>,
    #[schema(required)]
    pub definition_id: Option<&'a str>,
    /// Why it was made.
    pub reason: &'a str,
    /// Counts the runs of its repository.
    #[schema(required)]
    pub number: Option<i64>,
    #[schema(required)]
    pub commit: Option<&'a str>,
    #[schema(required)]
    pub branch: Option<&'a str>,
    /// The webhook that it answers.
    #[schema(required)]
    pub delivery: Option<&'a str>,
    #[schema(value_type = WorkStatus)]
    pub status: &'a str,
    pub total_files: i32,
    pub parsed_files: i32,
    pub failed_files: i32,
    #[schema(required)]
    pub current_file: Option<&'a str>,
    /// The first failures, each with its path.
    #[schema(value_type = Vec<RunError>)]
    pub errors: &'a Value,
    /// The later run that took over what was left of this one.
    #[schema(required)]
    pub superseded_by: Option<&'a str>,
    pub created_at: Time,
    #[schema(required)]
    pub started_at: Option<Time>,
    #[schema(required)]
    pub finished_at: Option<Time>,
}

/// A file that a run could not do. Rows hold it as JSON: this is for the document.
#[derive(Debug, Serialize, ToSchema)]
struct RunError {
    #[schema(required)]
    path: Option<String>,
    message: String,
}

impl<'a> Run<'a> {
    pub(in crate::api) fn of(row: &'a RunRow) -> Self {
        Self {
            id: &row.id,
            workspace_id: &row.workspace_id,
            repository_id: row.repository_id,
            job_type: &row.job_type,
            kind: row.kind.as_deref(),
            definition_id: row.definition_id.as_deref(),
            reason: &row.reason,
            number: row.number,
            commit: row.commit_sha.as_deref(),
            branch: row.branch.as_deref(),
            delivery: row.delivery_id.as_deref(),
            status: &row.status,
            total_files: row.total_files,
            parsed_files: row.parsed_files,
            failed_files: row.failed_files,
            current_file: row.current_file.as_deref(),
            errors: &row.errors,
            superseded_by: row.superseded_by.as_deref(),
            created_at: Time(row.created_at),
            started_at: row.started_at.map(Time),
            finished_at: row.finished_at.map(Time),
        }
    }
}

impl Sample for Run<'static> {
    fn sample() -> Self {
        static NO_ERRORS: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| json!([]));
        Self {
            id: SAMPLE_ID,
            workspace_id: SAMPLE_ID,
            repository_id: Some(1),
            job_type: "sync_github_agents",
            kind: None,
            definition_id: None,
            reason: "push",
            number: Some(3),
            commit: Some(SAMPLE_COMMIT),
            branch: Some("main"),
            delivery: Some("72d3162e-cc78-11e3-81ab-4c9367dc0958"),
            status: WorkStatus::Completed.as_str(),
            total_files: 2,
            parsed_files: 2,
            failed_files: 0,
            current_file: None,
            errors: &NO_ERRORS,
            superseded_by: None,
            created_at: Time::sample(),
            started_at: Some(Time::sample()),
            finished_at: Some(Time::sample()),
        }
    }
}
