use super::finish::{self, Change};
use super::write::Written;
use super::{Conn, dialect, known, owner_settings, repositories as repository_rows, runs};
use crate::model::{Preference, Source, TaskId, WorkspaceId};
use crate::plan::comparison::Changed;
use crate::store::StoreError;
use crate::store::batch::ReadFile;
use crate::store::held::{Found, Home};
use crate::store::rows::definition::BY_SYNC;
use crate::store::schema::sync_queue;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::{BTreeMap, BTreeSet, HashSet};

pub(crate) async fn store(
    conn: &mut Conn,
    repository: i64,
    files: &[ReadFile],
) -> Result<Option<(Changed, BTreeSet<TaskId>)>, StoreError> {
    dialect::lock_repository(conn, repository).await?;
    let now = dialect::now(conn).await?;
    let Some(row) = repository_rows::find(conn, repository).await? else {
        return Ok(None);
    };
    let files = close_tasks(conn, repository, files).await?;
    if files.is_empty() {
        return Ok(None);
    }
    let read: Vec<_> = files.iter().map(|file| (&file.location, &file.parsed)).collect();
    let mut known = known::Known::load(conn, repository, &read).await?;
    let prefers = match known.any_edited() {
        true => owner_settings::preference(conn, &row).await?,
        false => Preference::Ask,
    };
    let home = Home {
        workspace: &row.workspace_id,
        repository: Some(repository),
        source: Source::GitHub,
        by: BY_SYNC,
        prefers,
    };
    let mut written = Written::default();
    for file in &files {
        written.take(home, known.take(&file.location, &file.parsed), found(file), now);
    }
    written.write(conn).await?;
    let mut change = Change { kinds: files.iter().map(|file| file.location.kind).collect(), runs: vec![] };
    for (run, (parsed, last)) in by_run(&files) {
        change.runs.extend(runs::progress(conn, run, parsed, Some(last)).await?);
    }
    let finished = finish::after_change(conn, &row, change, now).await?;
    let changed = Changed { workspace: WorkspaceId::from_text(finished.workspace), revision: finished.revision };
    Ok(Some((changed, files.iter().map(|file| TaskId::from_text(file.task.id.clone())).collect())))
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

fn found(file: &ReadFile) -> Found<'_> {
    let task = &file.task;
    Found {
        location: &file.location,
        parsed: &file.parsed,
        blob: &task.blob,
        seen: &task.seen,
        size: task.size,
        commit: Some(&task.commit_sha),
        branch: Some(&task.branch),
    }
}
