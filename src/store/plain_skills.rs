//! Rows of a plain `skills` table (`name`, `description`, `prompt_template`), as programs before this one kept them: read, and
//! given back.

use super::{Store, StoreError};
use crate::model::WorkspaceId;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainSkill {
    pub name: String,
    pub description: Option<String>,
    pub prompt_template: String,
}

impl Store {
    /// All rows by name; an error if there is no such table, or one without these columns.
    pub async fn plain_skills(&self) -> Result<Vec<PlainSkill>, StoreError> {
        read!(self, plain_skills::all())
    }

    /// The texts of the imported skills of a workspace, by path.
    pub async fn imported_skills(&self, workspace: &WorkspaceId) -> Result<Vec<(String, String)>, StoreError> {
        read!(self, plain_skills::imported(workspace.as_str()))
    }

    /// Writes these rows (by name; those that are missing are added) and takes the definitions at these paths out of the
    /// registry, in one transaction.
    pub async fn give_back_skills(
        &self,
        workspace: &WorkspaceId,
        skills: &[(String, PlainSkill)],
    ) -> Result<(), StoreError> {
        commit!(self, plain_skills::give_back(workspace.as_str(), skills))
    }
}
