//! Runs: asked for by people, read by people.

use super::catalog::Page;
use super::rows::listing::InboxRow;
use super::rows::run::RunRow;
use super::{Store, StoreError};
use crate::model::{Actor, JobType, RepositoryId, RunId, WorkStatus, WorkspaceId};

/// Which deliveries are listed.
#[derive(Clone, Debug, Default)]
pub struct InboxFilter {
    pub repository: Option<RepositoryId>,
    /// As [`super::intake::Outcome`] writes it.
    pub outcome: Option<String>,
}

/// Which runs are listed.
#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    pub status: Option<WorkStatus>,
    pub job: Option<JobType>,
}

impl Store {
    /// Owes a whole comparison of each active repository, urgently, and promises a run for each: the one that waits
    /// already, or a new one.
    pub async fn request_sync(&self, workspace: &WorkspaceId) -> Result<Vec<RunRow>, StoreError> {
        commit!(self, requests::request_sync(workspace.as_str()))
    }

    /// The same, asked for by somebody: it stands in the audit log.
    pub async fn request_sync_by(&self, workspace: &WorkspaceId, by: &Actor) -> Result<Vec<RunRow>, StoreError> {
        commit!(self, requests::request_sync_by(workspace.as_str(), by))
    }

    pub async fn run(&self, id: &RunId) -> Result<Option<RunRow>, StoreError> {
        read!(self, requests::run(id.as_str()))
    }

    /// Newest first.
    pub async fn runs(
        &self,
        workspace: &WorkspaceId,
        filter: &RunFilter,
        page: Page,
    ) -> Result<(Vec<RunRow>, i64), StoreError> {
        snapshot!(self, requests::runs(workspace.as_str(), filter, page))
    }

    /// The inbox, newest first.
    pub async fn deliveries(&self, filter: &InboxFilter, page: Page) -> Result<(Vec<InboxRow>, i64), StoreError> {
        snapshot!(self, requests::deliveries(filter, page))
    }
}
