//! Files from elsewhere become definitions of a workspace: those of a folder on somebody's machine.

use super::rows::run::RunRow;
use super::{Store, StoreError};
use crate::model::{BlobSha, Location, Parsed, RunId, WorkStatus, WorkspaceId};
use crate::plan::comparison::Changed;

/// A file that was read from a folder.
#[derive(Clone, Debug)]
pub struct ImportedFile {
    pub location: Location,
    pub parsed: Parsed,
    pub blob: BlobSha,
    /// Stands for all that the definition is made from: see [`crate::plan::digest`].
    pub seen: String,
    /// Bytes.
    pub size: u64,
}

/// What became of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: usize,
    pub changed: usize,
    /// Already here, just so.
    pub unchanged: usize,
}

impl std::ops::AddAssign for Imported {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
    }
}

impl Store {
    /// Begins the run of an import; `None` if there is no such workspace.
    pub async fn begin_import(&self, workspace: &WorkspaceId, files: usize) -> Result<Option<RunRow>, StoreError> {
        commit!(self, import::begin(workspace.as_str(), files))
    }

    /// Stores files in one transaction. Those that are here already, with the same bytes, stay as they are.
    pub async fn import(&self, workspace: &WorkspaceId, files: &[ImportedFile]) -> Result<Imported, StoreError> {
        commit!(self, import::store(workspace.as_str(), files))
    }

    /// Settles names and references, and ends the run, well or not.
    pub async fn finish_import(
        &self,
        workspace: &WorkspaceId,
        run: &RunId,
        status: WorkStatus,
    ) -> Result<Changed, StoreError> {
        commit!(self, import::finish(workspace.as_str(), run.as_str(), status))
    }
}
