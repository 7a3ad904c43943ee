//! A worker: messages become tasks and bytes, bytes become definitions, definitions are stored, and only then the messages
//! are acknowledged. Killed anywhere before that, the messages come again; killed after, the tasks are gone and a message
//! that comes again finds nothing to do.

use super::core::Core;
use super::reading::{gather, read_files, setback};
use crate::hold::{self, Point};
use crate::model::{Location, RepositoryId, SupportFile, TaskId};
use crate::plan::digest;
use crate::queue::Received;
use crate::store::StoreError;
use crate::store::batch::ReadFile;
use crate::store::rows::task::TaskRow;
use crate::store::tasks::{Setback, Then};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, debug, error, info_span, warn};

const BATCH: usize = 100;
/// How long a batch that is not full waits for more.
const GATHER: Duration = Duration::from_millis(2);
const PAUSE: Duration = Duration::from_secs(1);
/// A task of another version waits this long for a worker that reads as its planner did.
const OTHER_READER: TimeDelta = TimeDelta::seconds(5);

/// Works until it is told to stop; what is in hand is finished first.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    let mut consumer = core.queue.consumer();
    while let Some(batch) = stop.run_until_cancelled(consumer.next_batch(BATCH, GATHER)).await {
        work(&core, batch).await;
    }
    consumer.close().await;
}

/// One transaction for each repository of the batch.
async fn work(core: &Core, batch: Vec<Received>) {
    let mut by_repository: BTreeMap<RepositoryId, Vec<Received>> = BTreeMap::new();
    for received in batch {
        by_repository.entry(received.message.repository).or_default().push(received);
    }
    for (repository, received) in by_repository {
        let ids: Vec<TaskId> = received.iter().map(|one| one.message.task.clone()).collect();
        let span = info_span!("work", %repository, tasks = ids.len());
        match process(core, repository, &ids).instrument(span).await {
            Ok(()) => received.into_iter().for_each(Received::ack),
            Err(error) => {
                error!(%repository, %error, "tasks are given back");
                tokio::time::sleep(PAUSE).await;
                received.into_iter().for_each(Received::give_back);
            }
        }
    }
}

/// Brings the tasks that are still open to their end: stored, put off, or given up.
pub async fn process(core: &Core, repository: RepositoryId, ids: &[TaskId]) -> Result<(), StoreError> {
    let tasks = core.store.open_tasks(ids).await?;
    if tasks.is_empty() {
        return Ok(());
    }
    let begun = Instant::now();
    let (ours, mut setbacks) = for_this_reader(core, tasks).await?;
    let gathered = gather(core, repository, ours).await?;
    setbacks.extend(gathered.setbacks);
    let (files, unread) = read_files(gathered.files).await;
    setbacks.extend(unread);
    metrics::histogram!("dotcursor_parse_seconds").record(begun.elapsed());
    hold::point(Point::Parsed, repository).await;
    setbacks.extend(store(core, repository, &files).await?);
    set_back(core, repository, setbacks).await
}

/// While versions change, a planner of another version may have made the task: what it promises is not what this reader
/// makes of the file. It is left to a worker of that version, or to the look that a newer process owes at its start.
async fn for_this_reader(core: &Core, tasks: Vec<TaskRow>) -> Result<(Vec<TaskRow>, Vec<Setback>), StoreError> {
    let is_ours = |task: &TaskRow| {
        let support: Option<Vec<SupportFile>> = serde_json::from_value(task.support.clone()).ok();
        let location = Location::from_seen(&task.path, Some(&task.seen));
        let is_promised = |location| support.is_none_or(|own| digest(&location, &task.blob, &own) == task.seen);
        location.is_some_and(is_promised)
    };
    let (ours, others): (Vec<TaskRow>, Vec<TaskRow>) = tasks.into_iter().partition(is_ours);
    if others.is_empty() {
        return Ok((ours, vec![]));
    }
    let until = core.store.now().await? + OTHER_READER;
    let reason = "planned by another version of this program; a worker of that version is to read it";
    let others = others.iter().map(|task| setback(task, reason.to_owned(), Then::LeaveUntil(until)));
    Ok((ours, others.collect()))
}

/// Stores what was read. If the database refuses it, each file is tried alone, so that one does not hold up the others.
async fn store(core: &Core, repository: RepositoryId, files: &[ReadFile]) -> Result<Vec<Setback>, StoreError> {
    match store_together(core, repository, files).await {
        Err(error) if error.is_refusal() => warn!(%error, files = files.len(), "files are stored one by one"),
        settled => return settled.map(|()| vec![]),
    }
    let mut refused = Vec::new();
    for file in files {
        match store_together(core, repository, std::slice::from_ref(file)).await {
            Err(error) if error.is_refusal() => {
                refused.push(setback(&file.task, format!("it cannot be stored: {error}"), Then::TryAgain));
            }
            settled => settled?,
        }
    }
    Ok(refused)
}

async fn store_together(core: &Core, repository: RepositoryId, files: &[ReadFile]) -> Result<(), StoreError> {
    let begun = Instant::now();
    let changed = core.store.store_batch(repository, files).await?;
    metrics::histogram!("dotcursor_batch_seconds").record(begun.elapsed());
    metrics::counter!("dotcursor_files_stored_total").increment(files.len() as u64);
    hold::point(Point::Stored, repository).await;
    if let Some(changed) = changed {
        core.announce_change(changed);
    }
    log_stored(files);
    Ok(())
}

/// The way of a delivery ends here: from the webhook to the stored row under one id.
fn log_stored(files: &[ReadFile]) {
    for file in files {
        debug!(
            delivery = file.task.delivery_id,
            run = file.task.run_id,
            path = file.task.path,
            commit = file.task.commit_sha,
            broken = file.parsed.error().is_some(),
            "file stored"
        );
    }
}

async fn set_back(core: &Core, repository: RepositoryId, setbacks: Vec<Setback>) -> Result<(), StoreError> {
    if setbacks.is_empty() {
        return Ok(());
    }
    for setback in &setbacks {
        warn!(task = %setback.task, error = setback.error, "file not read");
    }
    if let Some(changed) = core.store.set_back(repository, &setbacks).await? {
        core.announce_change(changed);
    }
    Ok(())
}
