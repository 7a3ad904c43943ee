//! Definitions.

use super::{SAMPLE_BLOB, SAMPLE_COMMIT, SAMPLE_ID, SAMPLE_TEXT, Sample, Time};
use crate::model::{Diagnostic, Kind, Source, SyncStatus};
use crate::resolve;
use crate::store::catalog::Shown;
use crate::store::rows::listing::{Listed, Text};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use utoipa::ToSchema;

/// What the registry keeps of one file below `.cursor`. The kind's own attributes stand behind the registry's fields.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Definition<'a> {
    pub id: &'a str,
    #[schema(value_type = Kind)]
    pub kind: &'a str,
    pub name: &'a str,
    /// The first heading.
    #[schema(required)]
    pub title: Option<&'a str>,
    #[schema(required)]
    pub description: Option<&'a str>,
    /// The folder that holds `.cursor`; empty for the root of the repository.
    pub scope: &'a str,
    #[schema(value_type = Source)]
    pub source: &'a str,
    #[schema(required)]
    pub source_repo: Option<&'a str>,
    #[schema(required)]
    pub source_path: Option<&'a str>,
    #[schema(required)]
    pub source_commit: Option<&'a str>,
    #[schema(required)]
    pub source_branch: Option<&'a str>,
    #[schema(required)]
    pub blob: Option<&'a str>,
    pub version: i32,
    #[schema(value_type = SyncStatus)]
    pub sync_status: &'a str,
    #[schema(required)]
    pub sync_error: Option<&'a str>,
    /// Another text than git's is served.
    pub edited: bool,
    /// `{"type": "name", "winner", "path"}` where another definition has the name, `{"type": "edit", "blob"}` where git has
    /// changed what was edited.
    #[schema(required, value_type = Option<Object>)]
    pub conflict: Option<Cow<'a, Value>>,
    /// Bytes.
    pub file_size: i64,
    pub line_count: i32,
    #[schema(required)]
    pub last_synced: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
    #[schema(value_type = Vec<Diagnostic>)]
    pub diagnostics: Vec<Value>,
    #[serde(flatten)]
    #[schema(value_type = Attributes)]
    pub attributes: Map<String, Value>,
}

/// A definition with its text.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct DefinitionWithText<'a> {
    #[serde(flatten)]
    pub definition: Definition<'a>,
    /// The whole text of the file, frontmatter included.
    pub content: &'a str,
    /// Its keys and values as they are written.
    #[schema(value_type = Object)]
    pub frontmatter: Cow<'a, Value>,
    /// What git says, where another text is served.
    #[schema(required)]
    pub git: Option<GitSide<'a>>,
}

/// Git's own text of a definition that was edited.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct GitSide<'a> {
    /// The newest blob of git: the one that settling a conflict has to name.
    pub blob: &'a str,
    /// Git's last good text.
    pub content: &'a str,
    #[schema(value_type = Object)]
    pub frontmatter: Value,
}

/// That of an edit is told first: somebody has to decide.
fn conflict(row: &Listed) -> Option<Cow<'_, Value>> {
    if row.is_at_odds() {
        return Some(Cow::Owned(json!({"type": "edit", "blob": row.blob})));
    }
    row.conflict.as_ref().map(Cow::Borrowed)
}

/// What only definitions of a kind have; the others are without it. Rows hold it as JSON: this is for the document.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Attributes {
    /// Of agents.
    model: Option<String>,
    /// Of agents.
    readonly: Option<bool>,
    /// Of agents.
    is_background: Option<bool>,
    /// Of commands.
    trigger_phrases: Option<Vec<String>>,
    /// Of commands.
    agents_invoked: Option<Vec<String>>,
    /// Of commands.
    skills_invoked: Option<Vec<String>>,
    /// Of rules.
    glob_patterns: Option<Vec<String>>,
    /// Of rules.
    always_apply: Option<bool>,
    /// Of rules: `always`, `auto-attached`, `agent-requested` or `manual`.
    rule_type: Option<String>,
    /// Of skills: the files beside `SKILL.md`.
    support_files: Option<Vec<SupportFile>>,
    /// Of skills.
    disable_model_invocation: Option<bool>,
    /// Of skills.
    paths: Option<Vec<String>>,
    /// Of skills.
    license: Option<String>,
    /// Of skills, as it is written.
    compatibility: Option<Value>,
    /// Of skills.
    allowed_tools: Option<Vec<String>>,
    /// Of skills, as it is written.
    metadata: Option<Value>,
}

/// A file beside a skill's `SKILL.md`.
#[derive(Debug, Serialize, ToSchema)]
struct SupportFile {
    /// Relative to the skill's folder.
    path: String,
    blob: String,
    /// Bytes.
    size: u64,
}

impl<'a> Definition<'a> {
    pub(in crate::api) fn of(shown: &'a Shown) -> Self {
        let row = &shown.row;
        let mut definition = Self {
            id: &row.id,
            kind: &row.kind,
            name: &row.name,
            title: row.title.as_deref(),
            description: row.description.as_deref(),
            scope: &row.scope,
            source: &row.source,
            source_repo: shown.repository.as_deref(),
            source_path: row.path.as_deref(),
            source_commit: row.commit_sha.as_deref(),
            source_branch: row.branch.as_deref(),
            blob: row.blob.as_deref(),
            version: row.version,
            sync_status: &row.status,
            sync_error: row.error.as_deref(),
            edited: row.edit.is_some(),
            conflict: conflict(row),
            file_size: row.file_size,
            line_count: row.line_count,
            last_synced: row.synced_at.map(Time),
            created_at: Time(row.created_at),
            updated_at: Time(row.updated_at),
            diagnostics: diagnostics(shown),
            attributes: Map::new(),
        };
        definition.attributes = free_attributes(row);
        definition
    }
}

/// The registry's own fields, as lists show them.
pub(in crate::api) const FIELDS: [&str; 23] = [
    "id",
    "kind",
    "name",
    "title",
    "description",
    "scope",
    "source",
    "sourceRepo",
    "sourcePath",
    "sourceCommit",
    "sourceBranch",
    "blob",
    "version",
    "syncStatus",
    "syncError",
    "conflict",
    "fileSize",
    "lineCount",
    "lastSynced",
    "createdAt",
    "updatedAt",
    "diagnostics",
    "edited",
];
/// Those that only the definition itself shows.
const OF_TEXT: [&str; 3] = ["content", "frontmatter", "git"];

/// The fields that only definitions of this kind have.
pub(in crate::api) fn fields_of(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Agent => &["model", "readonly", "isBackground"],
        Kind::Command => &["triggerPhrases", "agentsInvoked", "skillsInvoked"],
        Kind::Rule => &["globPatterns", "alwaysApply", "ruleType"],
        Kind::Skill => {
            &["supportFiles", "disableModelInvocation", "paths", "license", "compatibility", "allowedTools", "metadata"]
        }
    }
}

/// No attribute hides a field of the registry.
fn free_attributes(row: &Listed) -> Map<String, Value> {
    let attributes = row.attributes.as_object().into_iter().flatten();
    let free = attributes.filter(|(name, _)| !FIELDS.contains(&name.as_str()) && !OF_TEXT.contains(&name.as_str()));
    free.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// What the reader found, and what only the other definitions can tell.
pub(in crate::api) fn diagnostics(definition: &Shown) -> Vec<Value> {
    let row = &definition.row;
    let mut all = row.diagnostics.as_array().cloned().unwrap_or_default();
    // Behind a broken text stand the name and the references of an older one, whose lines nobody sees.
    if row.error.is_some() {
        return all;
    }
    let conflict = row.conflict.as_ref().filter(|conflict| conflict["type"] == "name");
    if let (Some(conflict), Some(kind)) = (conflict, Kind::from_text(&row.kind)) {
        let winner = conflict["path"].as_str().unwrap_or_default();
        all.push(json!(resolve::name_conflict(kind, &row.name, winner)));
    }
    all.extend(definition.missing.iter().map(|reference| json!(resolve::missing(reference))));
    all
}

impl<'a> DefinitionWithText<'a> {
    pub(in crate::api) fn of(shown: &'a Shown, text: &'a Text, git: Option<GitSide<'a>>) -> Self {
        let definition = Definition::of(shown);
        Self { definition, content: &text.content, frontmatter: Cow::Borrowed(&text.frontmatter), git }
    }
}

impl Sample for Definition<'static> {
    fn sample() -> Self {
        let attributes = json!({"globPatterns": [], "alwaysApply": true, "ruleType": "always"});
        Self {
            id: SAMPLE_ID,
            kind: Kind::Rule.as_str(),
            name: "style",
            title: None,
            description: Some("How code is written here"),
            scope: "",
            source: Source::GitHub.as_str(),
            source_repo: Some("octo/repo"),
            source_path: Some(".cursor/rules/style.mdc"),
            source_commit: Some(SAMPLE_COMMIT),
            source_branch: Some("main"),
            blob: Some(SAMPLE_BLOB),
            version: 1,
            sync_status: SyncStatus::Synced.as_str(),
            sync_error: None,
            edited: false,
            conflict: None,
            file_size: 79,
            line_count: 5,
            last_synced: Some(Time::sample()),
            created_at: Time::sample(),
            updated_at: Time::sample(),
            diagnostics: vec![],
            attributes: attributes.as_object().cloned().unwrap_or_default(),
        }
    }
}

impl Sample for DefinitionWithText<'static> {
    fn sample() -> Self {
        let frontmatter = Cow::Owned(json!({"description": "How code is written here", "alwaysApply": true}));
        Self { definition: Definition::sample(), content: SAMPLE_TEXT, frontmatter, git: None }
    }
}
