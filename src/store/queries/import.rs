use super::write::Written;
use super::{Conn, dialect, jobs, workspaces as workspace_rows};
use crate::model::{JobType, Preference, Source, WorkStatus, WorkspaceId};
use crate::plan::comparison::Changed;
use crate::store::StoreError;
use crate::store::held::{Found, Held, Home};
use crate::store::import::{Imported, ImportedFile};
use crate::store::rows::definition::DefinitionRow;
use crate::store::rows::run::RunRow;
use crate::store::schema::{definitions, sync_runs};
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

/// As history says who it was.
const BY_IMPORT: &str = "import";
/// Long enough for a slow disk to give the first files.
const FIRST_LEASE: TimeDelta = TimeDelta::minutes(5);

pub(crate) async fn begin(conn: &mut Conn, workspace: &str, files: usize) -> Result<Option<RunRow>, StoreError> {
    if workspace_rows::revision(conn, workspace).await?.is_none() {
        return Ok(None);
    }
    let now = dialect::now(conn).await?;
    let run = RunRow {
        status: WorkStatus::Processing.as_str().to_owned(),
        total_files: i32::try_from(files).unwrap_or(i32::MAX),
        started_at: Some(now),
        ..RunRow::new(workspace, JobType::Parse, "import", now)
    };
    diesel::insert_into(sync_runs::table).values(&run).execute(conn).await?;
    let leased = sync_runs::leased_until.eq(now + FIRST_LEASE);
    diesel::update(sync_runs::table.find(&run.id)).set(leased).execute(conn).await?;
    Ok(Some(run))
}

pub(crate) async fn store(conn: &mut Conn, workspace: &str, files: &[ImportedFile]) -> Result<Imported, StoreError> {
    // Nothing else keeps two imports from adding the same file.
    dialect::lock_workspace(conn, workspace).await?;
    if workspace_rows::revision(conn, workspace).await?.is_none() {
        return Err(StoreError::Gone("workspace"));
    }
    let now = dialect::now(conn).await?;
    let mut known = known(conn, workspace, files).await?;
    let home = Home { workspace, repository: None, source: Source::Imported, by: BY_IMPORT, prefers: Preference::Ask };
    let mut written = Written::default();
    let mut outcome = Imported::default();
    for file in files {
        let row = known.remove(&file.location.path);
        match &row {
            Some(row) if row.deleted_at.is_none() && row.seen.as_deref() == Some(&file.seen) => {
                outcome.unchanged += 1;
                continue;
            }
            Some(row) if row.deleted_at.is_none() => outcome.changed += 1,
            _ => outcome.added += 1,
        }
        written.take(home, row.map(|row| Held::stored(row, None)), found(file), now);
    }
    written.write(conn).await?;
    Ok(outcome)
}

/// By path, a tombstone only where nothing else is; of several tombstones the newest.
async fn known(
    conn: &mut Conn,
    workspace: &str,
    files: &[ImportedFile],
) -> Result<HashMap<String, DefinitionRow>, StoreError> {
    let paths: Vec<&str> = files.iter().map(|file| file.location.path.as_str()).collect();
    let rows: Vec<DefinitionRow> = definitions::table
        .filter(definitions::workspace_id.eq(workspace))
        .filter(definitions::repository_id.is_null())
        .filter(definitions::source.eq(Source::Imported.as_str()))
        .filter(definitions::path.eq_any(paths))
        .order((definitions::deleted_at.is_null(), definitions::deleted_at))
        .select(DefinitionRow::as_select())
        .load(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((row.path.clone()?, row))).collect())
}

fn found(file: &ImportedFile) -> Found<'_> {
    Found {
        location: &file.location,
        parsed: &file.parsed,
        blob: file.blob.as_str(),
        seen: &file.seen,
        size: i64::try_from(file.size).unwrap_or(i64::MAX),
        commit: None,
        branch: None,
    }
}

pub(crate) async fn finish(
    conn: &mut Conn,
    workspace: &str,
    run: &str,
    status: WorkStatus,
) -> Result<Changed, StoreError> {
    let revision = jobs::settle(conn, workspace).await?;
    jobs::end(conn, run, status).await?;
    Ok(Changed { workspace: WorkspaceId::from_text(workspace), revision })
}
