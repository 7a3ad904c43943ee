//! Repositories that share a workspace, and the names that clash there.

use super::{SAMPLE_ID, Sample};
use crate::model::{RepositoryId, WorkspaceId};
use crate::store::linking;
use crate::store::rows::repository::Repository;
use serde::Serialize;
use utoipa::ToSchema;

/// A definition that claims a name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Claim<'a> {
    pub id: &'a str,
    /// Null for what is no repository's.
    #[schema(required)]
    pub source_repo: Option<&'a str>,
    #[schema(required)]
    pub source_path: Option<&'a str>,
}

/// A name that several definitions of one workspace claim.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Clash<'a> {
    pub kind: &'static str,
    pub name: &'a str,
    /// Who has it.
    pub winner: Claim<'a>,
    /// They are in conflict, and reached by their id.
    pub losers: Vec<Claim<'a>>,
}

/// Where a repository is, and what clashes there with what came from it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Placed<'a> {
    pub repository_id: i64,
    pub workspace_id: &'a str,
    pub clashes: Vec<Clash<'a>>,
}

/// A repository, and the workspace that it is in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct RepositoryPlace<'a> {
    /// GitHub's number: it stays when the name changes.
    pub id: i64,
    pub full_name: &'a str,
    pub private: bool,
    /// `active`, `suspended` or `removed`.
    pub state: &'a str,
    /// The branch that is followed.
    #[schema(required)]
    pub branch: Option<&'a str>,
    pub workspace_id: &'a str,
}

impl<'a> Claim<'a> {
    fn of(claim: &'a linking::Claim) -> Self {
        Self { id: claim.id.as_str(), source_repo: claim.repository.as_deref(), source_path: claim.path.as_deref() }
    }
}

impl<'a> Clash<'a> {
    fn of(clash: &'a linking::Clash) -> Self {
        Self {
            kind: clash.kind.as_str(),
            name: &clash.name,
            winner: Claim::of(&clash.winner),
            losers: clash.losers.iter().map(Claim::of).collect(),
        }
    }
}

impl<'a> Placed<'a> {
    pub(in crate::api) fn of(
        repository: RepositoryId,
        workspace: &'a WorkspaceId,
        clashes: &'a [linking::Clash],
    ) -> Self {
        Self {
            repository_id: repository.0,
            workspace_id: workspace.as_str(),
            clashes: clashes.iter().map(Clash::of).collect(),
        }
    }
}

impl<'a> RepositoryPlace<'a> {
    pub(in crate::api) fn of(row: &'a Repository) -> Self {
        Self {
            id: row.id,
            full_name: &row.full_name,
            private: row.private,
            state: &row.state,
            branch: row.tracked_branch.as_deref().or(row.branch.as_deref()).or(row.default_branch.as_deref()),
            workspace_id: &row.workspace_id,
        }
    }
}

impl Sample for Placed<'static> {
    fn sample() -> Self {
        let claim = |id, repo| Claim { id, source_repo: Some(repo), source_path: Some(".cursor/rules/style.mdc") };
        let clash = Clash {
            kind: "rule",
            name: "style",
            winner: claim("019ac0de-5eed-7abc-8def-0123456789a0", "octo/repo"),
            losers: vec![claim("019ac0de-5eed-7abc-8def-0123456789a1", "octo/other")],
        };
        Self { repository_id: 1, workspace_id: SAMPLE_ID, clashes: vec![clash] }
    }
}

impl Sample for RepositoryPlace<'static> {
    fn sample() -> Self {
        Self {
            id: 1,
            full_name: "octo/repo",
            private: true,
            state: "active",
            branch: Some("main"),
            workspace_id: SAMPLE_ID,
        }
    }
}
