//! Many writes at once.

use super::edits::{Edit, Outcome};
use super::{Store, StoreError};
use crate::model::{Actor, WorkspaceId};
use crate::plan::comparison::Changed;

impl Store {
    /// Writes in one transaction what is not refused; an outcome for each. `None` if there is no such workspace.
    pub async fn edit_each(
        &self,
        workspace: &WorkspaceId,
        actor: &Actor,
        edits: &[Edit],
    ) -> Result<Option<(Vec<Outcome>, Option<Changed>)>, StoreError> {
        commit!(self, bulk::each(workspace.as_str(), actor, edits))
    }

    /// Writes all of them, or nothing if one is refused: then there is no change beside the outcomes.
    pub async fn edit_all(
        &self,
        workspace: &WorkspaceId,
        actor: &Actor,
        edits: &[Edit],
    ) -> Result<Option<(Vec<Outcome>, Option<Changed>)>, StoreError> {
        let mut refused = Vec::new();
        let written = commit!(self, bulk::all(workspace.as_str(), actor, edits, &mut refused));
        match written {
            Err(StoreError::TakenBack) => Ok(Some((refused, None))),
            settled => settled,
        }
    }
}
