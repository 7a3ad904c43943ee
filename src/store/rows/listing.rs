//! What the API reads: definitions without their text, versions, workspaces, deliveries, tokens.

use super::edit::{EditMark, GitText};
use crate::store::schema::{api_tokens, definition_versions, definitions, deliveries, workspaces};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::Value;

/// A definition as lists show it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = definitions)]
pub struct Listed {
    pub id: String,
    pub kind: String,
    pub name: String,
    pub scope: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub source: String,
    pub repository_id: Option<i64>,
    pub path: Option<String>,
    pub branch: Option<String>,
    pub commit_sha: Option<String>,
    pub blob: Option<String>,
    pub attributes: Value,
    pub version: i32,
    pub status: String,
    pub error: Option<String>,
    pub conflict: Option<Value>,
    pub diagnostics: Value,
    pub file_size: i64,
    pub line_count: i32,
    pub synced_at: Option<NaiveDateTime>,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    #[diesel(embed)]
    pub edit: Option<EditMark>,
}

impl Listed {
    /// Git has another blob by now than the one that the text was edited from.
    pub fn is_at_odds(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| edit.is_at_odds(self.blob.as_deref()))
    }
}

/// What only the definition itself shows.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = definitions)]
pub struct Text {
    pub content: String,
    pub frontmatter: Value,
    /// Git's, where another one is served.
    #[diesel(embed)]
    pub git: Option<GitText>,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = definition_versions)]
pub struct Version {
    pub version: i32,
    pub path: Option<String>,
    pub commit_sha: Option<String>,
    pub blob: Option<String>,
    pub changed_at: NaiveDateTime,
    pub changed_by: String,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = workspaces)]
pub struct Workspace {
    pub id: String,
    pub name: String,
    pub revision: i64,
    /// `crate::model::Preference`
    pub prefers: String,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
}

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
pub struct InboxRow {
    pub id: String,
    pub event: String,
    pub action: Option<String>,
    pub installation_id: Option<i64>,
    pub repository_id: Option<i64>,
    pub git_ref: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub outcome: String,
    pub received_at: NaiveDateTime,
    pub times: i32,
    pub last_received_at: NaiveDateTime,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_tokens)]
pub struct TokenRow {
    pub id: String,
    pub name: String,
    pub hash: String,
    pub workspace_id: Option<String>,
    pub role: String,
    pub created_at: NaiveDateTime,
    pub expires_at: Option<NaiveDateTime>,
    pub last_used_at: Option<NaiveDateTime>,
    pub revoked_at: Option<NaiveDateTime>,
}
