//! Definitions as the API reads them, with their history.

use super::rows::listing::{Listed, Text, Version};
use super::{Store, StoreError};
use crate::model::{DefinitionId, Kind, Reference, RepositoryId, Source, SyncStatus, WorkspaceId};
use chrono::NaiveDateTime;
use serde_json::Value;
use std::time::Duration;

/// How long a search waits for others to end.
const SEARCH_PATIENCE: Duration = Duration::from_secs(10);

/// Which definitions of a kind are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub source: Option<Source>,
    pub status: Option<SyncStatus>,
    /// In name, description or text, without regard to the case of ASCII letters.
    pub search: Option<String>,
    pub repository: Option<RepositoryRef>,
    /// The sub-project that they stand in; empty for the root.
    pub scope: Option<String>,
    /// Changed at that time or later.
    pub changed_since: Option<NaiveDateTime>,
    /// Those that are not there any more, instead of those that are.
    pub deleted: bool,
}

/// A repository as people name one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RepositoryRef {
    Id(RepositoryId),
    /// `owner/name`, without regard to case, as on GitHub.
    FullName(String),
}

/// In which order definitions are listed. Equals stand by id, so that pages never overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortBy {
    Name,
    Path,
    CreatedAt,
    UpdatedAt,
}

/// A rule, as far as it tells which files it is attached to.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub id: String,
    pub scope: String,
    pub attributes: Value,
}

/// A part of a long list: `number` counts from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    pub number: i64,
    pub size: i64,
}

impl Page {
    pub(crate) fn offset(self) -> i64 {
        (self.number - 1).saturating_mul(self.size)
    }

    /// Cuts the page out of all that there is.
    pub fn of<T>(self, all: Vec<T>) -> Vec<T> {
        let skipped = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        all.into_iter().skip(skipped).take(size).collect()
    }
}

/// A definition with what other tables say of it.
#[derive(Clone, Debug)]
pub struct Shown {
    pub row: Listed,
    /// The full name of the repository that it is from.
    pub repository: Option<String>,
    /// What it names outright and is not there.
    pub missing: Vec<Reference>,
}

impl Store {
    /// A page of a kind, and how many there are in all.
    pub async fn definitions(
        &self,
        (workspace, kind): (&WorkspaceId, Kind),
        filter: &Filter,
        sort: Sort,
        page: Page,
    ) -> Result<(Vec<Shown>, i64), StoreError> {
        if filter.search.is_none() {
            return snapshot!(self, listing::page((workspace.as_str(), kind), filter, sort, page));
        }
        let (store, workspace, filter) = (self.clone(), workspace.clone(), filter.clone());
        self.search(async move { snapshot!(store, listing::page((workspace.as_str(), kind), &filter, sort, page)) })
            .await
    }

    /// Which files each rule is attached to.
    pub async fn attachments(
        &self,
        workspace: &WorkspaceId,
        filter: &Filter,
        sort: Sort,
    ) -> Result<Vec<Attachment>, StoreError> {
        if filter.search.is_none() {
            return read!(self, listing::attachments(workspace.as_str(), filter, sort));
        }
        let (store, workspace, filter) = (self.clone(), workspace.clone(), filter.clone());
        self.search(async move { snapshot!(store, listing::attachments(workspace.as_str(), &filter, sort)) }).await
    }

    /// Those definitions, in the order of their ids as given.
    pub async fn definitions_of(&self, ids: &[String]) -> Result<Vec<Shown>, StoreError> {
        snapshot!(self, listing::shown(ids))
    }

    /// A search reads every text of its kind: few at a time, so that there are connections left for everybody else. On a task of
    /// its own, since the database reads on when whoever asked has hung up: its turn lasts as long.
    async fn search<T: Send + 'static>(
        &self,
        searching: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, StoreError> {
        let busy = || StoreError::Unreachable("too many searches are under way".to_owned());
        let turn = tokio::time::timeout(SEARCH_PATIENCE, self.searches().acquire_owned()).await;
        let turn = turn.ok().and_then(Result::ok).ok_or_else(busy)?;
        let task = tokio::spawn(async move {
            let _turn = turn;
            searching.await
        });
        // It is never aborted.
        task.await.unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
    }

    /// By id, or by name; of several that claim the name the one that has it.
    pub async fn definition(
        &self,
        workspace: &WorkspaceId,
        kind: Kind,
        name_or_id: &str,
    ) -> Result<Option<(Shown, Text)>, StoreError> {
        snapshot!(self, catalog::find(workspace.as_str(), kind, name_or_id))
    }

    /// Whose history is meant by a name or an id: also a definition that is gone.
    pub async fn definition_id(
        &self,
        workspace: &WorkspaceId,
        kind: Kind,
        name_or_id: &str,
    ) -> Result<Option<DefinitionId>, StoreError> {
        let id: Result<_, StoreError> = read!(self, catalog::id_of(workspace.as_str(), kind, name_or_id));
        Ok(id?.map(DefinitionId::from_text))
    }

    /// Newest first; tombstones keep theirs.
    pub async fn versions(&self, definition: &DefinitionId, page: Page) -> Result<(Vec<Version>, i64), StoreError> {
        snapshot!(self, catalog::versions(definition.as_str(), page))
    }

    /// One version with its text.
    pub async fn version(
        &self,
        definition: &DefinitionId,
        version: i32,
    ) -> Result<Option<(Version, String, Value)>, StoreError> {
        read!(self, catalog::version(definition.as_str(), version))
    }
}
