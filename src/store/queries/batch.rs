use super::{Conn, dialect, finish, known, links, repositories as repository_rows, runs};
use crate::model::{Parsed, SyncStatus, WorkspaceId};
use crate::plan::comparison::Changed;
use crate::store::StoreError;
use crate::store::batch::ReadFile;
use crate::store::rows::definition::{DefinitionRow, ReferenceRow, VersionRow, storable, storable_json};
use crate::store::rows::repository::Repository;
use crate::store::schema::{definition_references, definitions, sync_queue};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;
use std::collections::{BTreeMap, HashSet};

pub(crate) async fn store(conn: &mut Conn, repository: i64, files: &[ReadFile]) -> Result<Option<Changed>, StoreError> {
    dialect::lock_repository(conn, repository).await?;
    let now = dialect::now(conn).await?;
    let Some(row) = repository_rows::find(conn, repository).await? else {
        return Ok(None);
    };
    let files = close_tasks(conn, repository, files).await?;
    if files.is_empty() {
        return Ok(None);
    }
    let mut known = known::Known::load(conn, repository, &files).await?;
    let mut written = Written::default();
    for file in &files {
        written.take(&row, known.take(file), file, now);
    }
    written.write(conn).await?;
    for (run, (parsed, last)) in by_run(&files) {
        runs::progress(conn, run, parsed, Some(last)).await?;
    }
    let finished = finish::after_change(conn, &row, now).await?;
    Ok(Some(Changed { workspace: WorkspaceId::from_text(finished.workspace), revision: finished.revision }))
}

/// Deletes the tasks and keeps the files whose task was still there, ordered by path.
async fn close_tasks<'a>(
    conn: &mut Conn,
    repository: i64,
    files: &'a [ReadFile],
) -> Result<Vec<&'a ReadFile>, StoreError> {
    let ids: Vec<&str> = files.iter().map(|file| file.task.id.as_str()).collect();
    let open = sync_queue::table.filter(sync_queue::repository_id.eq(repository)).filter(sync_queue::id.eq_any(ids));
    let closed: Vec<(String, i64)> =
        diesel::delete(open).returning((sync_queue::id, sync_queue::run_number)).get_results(conn).await?;
    let closed: HashSet<(String, i64)> = closed.into_iter().collect();
    let mut kept: BTreeMap<&str, &ReadFile> = BTreeMap::new();
    for file in files {
        if closed.contains(&(file.task.id.clone(), file.task.run_number)) {
            kept.insert(&file.task.path, file);
        }
    }
    Ok(kept.into_values().collect())
}

/// How many files of each run, and the last of them.
fn by_run<'a>(files: &[&'a ReadFile]) -> BTreeMap<&'a str, (usize, &'a str)> {
    let mut runs: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for file in files {
        let (count, last) = runs.entry(&file.task.run_id).or_default();
        *count += 1;
        *last = &file.task.path;
    }
    runs
}

/// Rows to be written, gathered so that each table is written at once.
#[derive(Default)]
struct Written {
    new: Vec<DefinitionRow>,
    changed: Vec<DefinitionRow>,
    versions: Vec<VersionRow>,
    references: Vec<ReferenceRow>,
}

impl Written {
    fn take(&mut self, repository: &Repository, known: Option<DefinitionRow>, file: &ReadFile, now: NaiveDateTime) {
        let is_new = known.is_none();
        let mut row = known.unwrap_or_else(|| blank(repository, file, now));
        let has_version = apply(&mut row, file, now);
        if has_version {
            self.versions.push(row.as_version(now));
        }
        self.references.extend(references(&row, &file.parsed));
        if is_new { self.new.push(row) } else { self.changed.push(row) }
    }

    async fn write(self, conn: &mut Conn) -> Result<(), StoreError> {
        let stored: Vec<String> = self.new.iter().chain(&self.changed).map(|row| row.id.clone()).collect();
        let changed: Vec<&str> = self.changed.iter().map(|row| row.id.as_str()).collect();
        if !changed.is_empty() {
            let old = definition_references::table.filter(definition_references::definition_id.eq_any(changed));
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
fn blank(repository: &Repository, file: &ReadFile, now: NaiveDateTime) -> DefinitionRow {
    DefinitionRow {
        id: crate::model::DefinitionId::generate().into_string(),
        workspace_id: repository.workspace_id.clone(),
        repository_id: Some(repository.id),
        kind: file.location.kind.as_str().to_owned(),
        name: storable(&file.parsed.name),
        scope: String::new(),
        title: None,
        description: None,
        source: "github".to_owned(),
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
fn apply(row: &mut DefinitionRow, file: &ReadFile, now: NaiveDateTime) -> bool {
    let task = &file.task;
    let error = file.parsed.error().map(|finding| storable(&finding.message));
    row.take_location(&file.location);
    row.blob = Some(task.blob.clone());
    row.seen = Some(task.seen.clone());
    row.branch = Some(task.branch.clone());
    row.diagnostics = storable_json(&json!(file.parsed.diagnostics));
    row.file_size = task.size;
    row.gone = false;
    row.pending = false;
    row.deleted_at = None;
    row.synced_at = Some(now);
    row.updated_at = now;
    let good = error.is_none();
    row.error = error;
    row.status = SyncStatus::of(!good, row.conflict.is_some(), false).as_str().to_owned();
    if good {
        row.take_content(&file.parsed);
        row.commit_sha = Some(task.commit_sha.clone());
    } else if row.version == 0 {
        // Never good yet: the raw text as it is now, under the file's name.
        row.name = storable(&file.parsed.name);
        row.content = storable(&file.parsed.content);
    }
    let is_version = good && row.good_blob.as_ref() != Some(&task.blob);
    if is_version {
        row.version += 1;
        row.good_blob = Some(task.blob.clone());
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
