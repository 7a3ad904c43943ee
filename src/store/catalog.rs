//! Definitions as the API reads them, with their history.

use super::rows::listing::{Listed, Text, Version};
use super::{Store, StoreError};
use crate::model::{DefinitionId, Kind, Reference, SyncStatus, WorkspaceId};
use serde_json::Value;

/// Which definitions of a kind are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub source: Option<String>,
    pub status: Option<SyncStatus>,
    /// In name or description, without regard to case.
    pub search: Option<String>,
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
    /// A page of a kind by name, and how many there are in all.
    pub async fn definitions(
        &self,
        workspace: &WorkspaceId,
        kind: Kind,
        filter: &Filter,
        page: Page,
    ) -> Result<(Vec<Shown>, i64), StoreError> {
        read!(self, catalog::list(workspace.as_str(), kind, filter, page))
    }

    /// By id, or by name; of several that claim the name the one that has it.
    pub async fn definition(
        &self,
        workspace: &WorkspaceId,
        kind: Kind,
        name_or_id: &str,
    ) -> Result<Option<(Shown, Text)>, StoreError> {
        read!(self, catalog::find(workspace.as_str(), kind, name_or_id))
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
        read!(self, catalog::versions(definition.as_str(), page))
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
