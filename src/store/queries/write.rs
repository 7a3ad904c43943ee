//! Definitions are brought to what files say: rows, versions and references, each table at once.

use super::{Conn, dialect, links};
use crate::model::{DefinitionId, Location, Parsed, Source, SyncStatus};
use crate::store::StoreError;
use crate::store::rows::definition::{DefinitionRow, ReferenceRow, VersionRow, storable, storable_json};
use crate::store::schema::{definition_references, definitions};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

/// Whose definitions these are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Home<'a> {
    pub workspace: &'a str,
    /// None for what does not come from GitHub.
    pub repository: Option<i64>,
    pub source: Source,
    /// As the history will say who changed them.
    pub by: &'a str,
}

/// A file that was read, and where it was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    pub location: &'a Location,
    pub parsed: &'a Parsed,
    pub blob: &'a str,
    /// Stands for all that the definition is made from.
    pub seen: &'a str,
    pub size: i64,
    pub commit: Option<&'a str>,
    pub branch: Option<&'a str>,
}

/// Rows to be written, gathered so that each table is written at once.
#[derive(Default)]
pub(crate) struct Written {
    new: Vec<DefinitionRow>,
    changed: Vec<DefinitionRow>,
    versions: Vec<VersionRow>,
    references: Vec<ReferenceRow>,
    /// Those whose references are written.
    referring: Vec<String>,
}

impl Written {
    /// `known` is the row that the file continues.
    pub(crate) fn take(&mut self, home: Home<'_>, known: Option<DefinitionRow>, file: Found<'_>, now: NaiveDateTime) {
        let is_new = known.is_none();
        let mut row = known.unwrap_or_else(|| blank(home, file, now));
        if apply(&mut row, file, now) {
            self.versions.push(row.as_version(home.by, now));
        }
        // What stands behind a broken file are the last good content, and what that refers to.
        if is_new || row.error.is_none() || row.version == 0 {
            self.references.extend(references(&row, file.parsed));
            self.referring.push(row.id.clone());
        }
        if is_new { self.new.push(row) } else { self.changed.push(row) }
    }

    pub(crate) async fn write(self, conn: &mut Conn) -> Result<(), StoreError> {
        let stored: Vec<String> = self.new.iter().chain(&self.changed).map(|row| row.id.clone()).collect();
        if !self.changed.is_empty() {
            let old = definition_references::table.filter(definition_references::definition_id.eq_any(self.referring));
            diesel::delete(old).execute(conn).await?;
        }
        for row in &self.changed {
            diesel::update(definitions::table.find(&row.id)).set(row).execute(conn).await?;
        }
        dialect::insert_definitions(conn, self.new).await?;
        dialect::insert_versions(conn, self.versions).await?;
        dialect::insert_references(conn, self.references).await?;
        links::owe(conn, &stored).await
    }
}

/// A definition that was never seen before; what the file says is filled in by [`apply`].
fn blank(home: Home<'_>, file: Found<'_>, now: NaiveDateTime) -> DefinitionRow {
    DefinitionRow {
        id: DefinitionId::generate().into_string(),
        workspace_id: home.workspace.to_owned(),
        repository_id: home.repository,
        kind: file.location.kind.as_str().to_owned(),
        name: storable(&file.parsed.name),
        scope: String::new(),
        title: None,
        description: None,
        source: home.source.as_str().to_owned(),
        path: None,
        depth: 0,
        branch: None,
        commit_sha: None,
        good_blob: None,
        blob: None,
        seen: None,
        content: storable(&file.parsed.content),
        frontmatter: json!({}),
        attributes: json!({}),
        version: 0,
        status: SyncStatus::Synced.as_str().to_owned(),
        error: None,
        conflict: None,
        pending: false,
        diagnostics: json!([]),
        file_size: 0,
        line_count: i32::try_from(file.parsed.line_count).unwrap_or(i32::MAX),
        gone: false,
        synced_at: None,
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

/// Brings the row to what the file says. A broken file leaves the last good content where it is, and its error beside it.
/// Returns whether there is a new version: the content of another blob than the last good one.
fn apply(row: &mut DefinitionRow, file: Found<'_>, now: NaiveDateTime) -> bool {
    let error = file.parsed.error().map(|finding| storable(&finding.message));
    row.take_location(file.location);
    row.blob = Some(file.blob.to_owned());
    row.seen = Some(file.seen.to_owned());
    row.branch = file.branch.map(str::to_owned);
    row.diagnostics = storable_json(&json!(file.parsed.diagnostics));
    row.file_size = file.size;
    row.gone = false;
    row.pending = false;
    row.deleted_at = None;
    row.synced_at = Some(now);
    row.updated_at = now;
    let good = error.is_none();
    row.error = error;
    row.status = SyncStatus::of(!good, row.conflict.is_some(), false).as_str().to_owned();
    if good {
        row.take_content(file.parsed);
        row.commit_sha = file.commit.map(str::to_owned);
    } else if row.version == 0 {
        // Never good yet: the raw text as it is now, under the file's name.
        row.name = storable(&file.parsed.name);
        row.content = storable(&file.parsed.content);
    }
    let is_version = good && row.good_blob.as_deref() != Some(file.blob);
    if is_version {
        row.version += 1;
        row.good_blob = Some(file.blob.to_owned());
    }
    is_version
}

/// What they mean is settled at the end of the run: before, not all names are known.
fn references<'a>(row: &'a DefinitionRow, parsed: &'a Parsed) -> impl Iterator<Item = ReferenceRow> + 'a {
    parsed.references.iter().zip(0..).map(|(reference, position)| ReferenceRow {
        definition_id: row.id.clone(),
        position,
        workspace_id: row.workspace_id.clone(),
        reference_kind: reference.kind.as_str().to_owned(),
        target_kind: reference.target_kind.map(|kind| kind.as_str().to_owned()),
        target: storable(&reference.target),
        line: i32::try_from(reference.line).unwrap_or(i32::MAX),
        resolved_id: None,
    })
}
