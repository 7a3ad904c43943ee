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

/// The row that the skill at this path, with this text, once was; `None` if it never was one.
pub type AsRow = fn(&str, &str) -> Option<PlainSkill>;

/// Two definitions say that they are the same row. Nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} and {1} both say that they are the row {2:?}; take that out of one of them")]
pub struct TwiceTheSame(pub String, pub String, pub String);

impl Store {
    /// All rows by name; an error if there is no such table, or one without these columns.
    pub async fn plain_skills(&self) -> Result<Vec<PlainSkill>, StoreError> {
        read!(self, plain_skills::all())
    }

    /// Writes rows for the imported skills of a workspace (by name; those that are missing are added) and takes these
    /// definitions out of the registry. They are read in the same transaction, so that no edit that comes meanwhile is lost.
    pub async fn give_back_skills(
        &self,
        workspace: &WorkspaceId,
        as_row: AsRow,
    ) -> Result<Result<usize, TwiceTheSame>, StoreError> {
        commit!(self, plain_skills::give_back(workspace.as_str(), as_row))
    }
}
