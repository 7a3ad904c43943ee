//! A definition as it is written.

use crate::model::{Location, Parsed};
use crate::store::schema::{definition_references, definition_versions, definitions};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::{Map, Value};

/// Who changed a definition, where the sync did.
pub(crate) const BY_SYNC: &str = "github_sync";

#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = definitions, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct DefinitionRow {
    pub id: String,
    pub workspace_id: String,
    pub repository_id: Option<i64>,
    pub kind: String,
    pub name: String,
    pub scope: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub source: String,
    pub path: Option<String>,
    pub depth: i32,
    pub branch: Option<String>,
    pub commit_sha: Option<String>,
    pub good_blob: Option<String>,
    pub blob: Option<String>,
    pub seen: Option<String>,
    pub content: String,
    pub frontmatter: Value,
    pub attributes: Value,
    pub version: i32,
    pub status: String,
    pub error: Option<String>,
    pub conflict: Option<Value>,
    pub pending: bool,
    pub diagnostics: Value,
    pub file_size: i64,
    pub line_count: i32,
    pub gone: bool,
    pub synced_at: Option<NaiveDateTime>,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
    pub deleted_at: Option<NaiveDateTime>,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = definition_versions, treat_none_as_default_value = false)]
pub(crate) struct VersionRow {
    pub definition_id: String,
    pub version: i32,
    pub content: String,
    pub frontmatter: Value,
    pub path: Option<String>,
    pub commit_sha: Option<String>,
    pub blob: Option<String>,
    pub changed_at: NaiveDateTime,
    pub changed_by: String,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = definition_references, treat_none_as_default_value = false)]
pub(crate) struct ReferenceRow {
    pub definition_id: String,
    pub position: i32,
    pub workspace_id: String,
    pub reference_kind: String,
    pub target_kind: Option<String>,
    pub target: String,
    pub line: i32,
    pub resolved_id: Option<String>,
}

impl DefinitionRow {
    /// Takes over what a good file says; what the row is and where it stands is left alone.
    pub(crate) fn take_content(&mut self, parsed: &Parsed) {
        self.name = storable(&parsed.name);
        self.title = parsed.title.as_deref().map(storable);
        self.description = parsed.description.as_deref().map(storable);
        self.content = storable(&parsed.content);
        self.frontmatter = storable_map(&parsed.frontmatter);
        self.attributes = storable_map(&parsed.attributes);
        self.line_count = i32::try_from(parsed.line_count).unwrap_or(i32::MAX);
    }

    /// By other settings of its owner, the same file may be of another kind.
    pub(crate) fn take_location(&mut self, location: &Location) {
        location.kind.as_str().clone_into(&mut self.kind);
        self.scope.clone_from(&location.scope);
        self.path = Some(location.path.clone());
        self.depth = i32::try_from(location.path.matches('/').count()).unwrap_or(i32::MAX);
    }
}

/// PostgreSQL refuses NUL in text and in JSON; the raw bytes of a good file never hold one, those of a broken one may.
pub(crate) fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn storable_map(map: &Map<String, Value>) -> Value {
    Value::Object(map.iter().map(|(key, value)| (storable(key), storable_json(value))).collect())
}

/// The same, for every text inside.
pub(crate) fn storable_json(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(storable(text)),
        Value::Array(items) => Value::Array(items.iter().map(storable_json).collect()),
        Value::Object(map) => storable_map(map),
        plain => plain.clone(),
    }
}
