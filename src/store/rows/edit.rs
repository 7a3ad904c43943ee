//! What was done over the API to a definition that comes from GitHub.

use crate::store::schema::edits;
use diesel::prelude::*;

/// Another text than git's, or none at all (hidden).
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = edits, treat_none_as_null = true)]
pub(crate) struct EditRow {
    pub definition_id: String,
    pub hidden: bool,
    pub base_blob: Option<String>,
    pub git_content: Option<String>,
}

/// The same without git's text, for lists.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = edits)]
pub struct EditMark {
    pub hidden: bool,
    pub base_blob: Option<String>,
}

/// Git's own text.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = edits)]
pub struct GitText {
    /// None where git has no such file.
    pub git_content: Option<String>,
}

impl EditMark {
    /// Rule 9: whether git has another blob by now than the one that the edit was based on.
    pub fn is_at_odds(&self, blob: Option<&str>) -> bool {
        !self.hidden && self.base_blob.as_deref() != blob
    }
}

impl EditRow {
    pub(crate) fn mark(&self) -> EditMark {
        EditMark { hidden: self.hidden, base_blob: self.base_blob.clone() }
    }
}
