//! Does the jobs that people asked for: runs over what is stored.

use super::core::Core;
use crate::check::stored::{Reread, reread};
use crate::model::{DefinitionId, Kind, RunId, WorkStatus, WorkspaceId};
use crate::store::StoreError;
use crate::store::jobs::{Progress, Stored, Subject};
use crate::store::rows::run::RunRow;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info, info_span, warn};

const EVERY: Duration = Duration::from_millis(500);
/// Definitions that are read again, and written down, together.
const TOGETHER: i64 = 200;

/// Looks for jobs until it is told to stop; one that is under way then is given back.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match core.store.take_job().await {
            Ok(Some(job)) => {
                let span = info_span!("job", run = job.id, job = job.job_type);
                if let Err(error) = validate(&core, &job, &stop).instrument(span).await {
                    give_up_or_wait(&core, job, &error).await;
                }
            }
            Ok(None) => drop(stop.run_until_cancelled(tokio::time::sleep(EVERY)).await),
            Err(error) => {
                warn!(%error, "jobs wait for the database");
                stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
            }
        }
    }
}

/// What the database refuses it would refuse again.
async fn give_up_or_wait(core: &Core, job: RunRow, error: &StoreError) {
    warn!(%error, run = job.id, "a job was not done");
    if !error.is_refusal() {
        return;
    }
    if let Err(error) = core.store.end_job(&RunId::from_text(job.id), WorkStatus::Failed).await {
        warn!(%error, "the job is taken up again when its lease is over");
    }
}

/// Reads everything that the job is about again.
async fn validate(core: &Core, job: &RunRow, stop: &CancellationToken) -> Result<(), StoreError> {
    let run = RunId::from_text(job.id.clone());
    let subject = subject(job);
    let total = core.store.count_stored(&subject).await?;
    let mut progress = Progress { total: i32::try_from(total).unwrap_or(i32::MAX), ..Progress::default() };
    core.store.note_progress(&run, &progress).await?;
    let mut after: Option<DefinitionId> = None;
    loop {
        if stop.is_cancelled() {
            return core.store.end_job(&run, WorkStatus::Pending).await;
        }
        let some = core.store.stored(&subject, after.as_ref(), TOGETHER).await?;
        let Some(last) = some.last() else {
            break;
        };
        after = Some(last.id.clone());
        judge(core, &subject.workspace, some, &mut progress).await?;
        core.store.note_progress(&run, &progress).await?;
    }
    info!(definitions = progress.done, broken = progress.failed, "validated");
    core.store.end_job(&run, WorkStatus::Completed).await
}

fn subject(job: &RunRow) -> Subject {
    Subject {
        workspace: WorkspaceId::from_text(job.workspace_id.clone()),
        kind: job.kind.as_deref().and_then(Kind::from_text),
        definition: job.definition_id.clone().map(DefinitionId::from_text),
    }
}

async fn judge(
    core: &Core,
    workspace: &WorkspaceId,
    some: Vec<Stored>,
    progress: &mut Progress,
) -> Result<(), StoreError> {
    let reading = tokio::task::spawn_blocking(move || {
        let again = |stored: Stored| {
            let reread = reread(&stored);
            (stored, reread)
        };
        some.into_iter().map(again).collect::<Vec<_>>()
    });
    let read: Vec<(Stored, Reread)> = match reading.await {
        Ok(read) => read,
        // The loop is begun again, and the job with it.
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    };
    for (stored, reread) in &read {
        progress.done += 1;
        progress.current.clone_from(&stored.path);
        if let Some(error) = reread.error() {
            progress.fail(stored.path.as_deref(), error);
        }
    }
    let news: Vec<_> = read.into_iter().filter(|(_, one)| one.is_news).map(|(_, one)| one.judged).collect();
    if let Some(changed) = core.store.judge(workspace, &news).await? {
        core.announce_change(changed);
    }
    Ok(())
}
