//! A worker: messages become tasks and bytes, bytes become definitions, definitions are stored, and only then the messages
//! are acknowledged. Killed anywhere before that, the messages come again; killed after, the tasks are gone and a message
//! that comes again finds nothing to do.

use super::core::Core;
use super::reading::{Work, read_files, setback};
use crate::hold::{self, Point};
use crate::model::{Location, RepositoryId, SupportFile, TaskId};
use crate::plan::digest;
use crate::queue::Received;
use crate::store::StoreError;
use crate::store::batch::ReadFile;
use crate::store::rows::task::TaskRow;
use crate::store::tasks::{Setback, Then};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, debug, error, info_span, warn};

const BATCH: usize = 100;
/// How long a batch that is not full waits for more.
const GATHER: Duration = Duration::from_millis(2);
const PAUSE: Duration = Duration::from_secs(1);
/// Fewer than a consumer may have in hand, a batch for each: what needs no fetching goes on.
const FETCHED_AT_ONCE: usize = 2;
/// How long tasks wait while bytes of others are asked for.
const OTHERS_FETCH: TimeDelta = TimeDelta::seconds(5);
/// A task of another version waits this long for a worker that reads as its planner did.
const OTHER_READER: TimeDelta = TimeDelta::seconds(5);

/// Works until it is told to stop; what is in hand is finished first.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    let mut consumer = core.queue.consumer();
    let mut fetching = JoinSet::new();
    while let Some(batch) = stop.run_until_cancelled(consumer.next_batch(BATCH, GATHER)).await {
        for (repository, received) in by_repository(batch) {
            while let Some(ended) = fetching.try_join_next() {
                log_panic(ended);
            }
            work(&core, repository, received, &mut fetching).await;
        }
    }
    while let Some(ended) = fetching.join_next().await {
        log_panic(ended);
    }
    consumer.close().await;
}

/// The fewest first: who has pushed one file does not wait for who has pushed a hundred.
fn by_repository(batch: Vec<Received>) -> Vec<(RepositoryId, Vec<Received>)> {
    let mut by_repository: BTreeMap<RepositoryId, Vec<Received>> = BTreeMap::new();
    for received in batch {
        by_repository.entry(received.message.repository).or_default().push(received);
    }
    let mut groups: Vec<_> = by_repository.into_iter().collect();
    groups.sort_by_key(|(_, received)| received.len());
    groups
}

/// One transaction for the tasks of one repository. Where GitHub has to be asked for bytes, which may take long and come to
/// nothing, others do not wait: that is done apart, and if too much is being done apart already, the tasks wait.
async fn work(core: &Arc<Core>, repository: RepositoryId, received: Vec<Received>, fetching: &mut JoinSet<()>) {
    let ids: Vec<TaskId> = received.iter().map(|one| one.message.task.clone()).collect();
    let span = info_span!("work", %repository, tasks = ids.len());
    let taken = match take(core, repository, &ids).instrument(span.clone()).await {
        Ok(taken) => taken,
        Err(error) => return settle(received, Err(error)).await,
    };
    if taken.work.has_all() {
        settle(received, finish(core, taken).instrument(span).await).await;
    } else if fetching.len() < FETCHED_AT_ONCE {
        let core = core.clone();
        fetching.spawn(async move { settle(received, fetch_and_finish(&core, taken).await).await }.instrument(span));
    } else {
        settle(received, wait(core, taken).instrument(span).await).await;
    }
}

async fn settle(received: Vec<Received>, done: Result<(), StoreError>) {
    match done {
        Ok(()) => received.into_iter().for_each(Received::ack),
        Err(error) => {
            error!(%error, tasks = received.len(), "tasks are given back");
            tokio::time::sleep(PAUSE).await;
            received.into_iter().for_each(Received::give_back);
        }
    }
}

/// Messages in hand there were given back as they were dropped.
fn log_panic(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        error!(%error, "fetching ended badly");
    }
}

/// Tasks that are still open, with what is here of their bytes.
struct Taken {
    begun: Instant,
    work: Work,
    setbacks: Vec<Setback>,
}

async fn take(core: &Core, repository: RepositoryId, ids: &[TaskId]) -> Result<Taken, StoreError> {
    let begun = Instant::now();
    let (ours, setbacks) = for_this_reader(core, core.store.open_tasks(ids).await?).await?;
    Ok(Taken { begun, work: Work::gather(core, repository, ours).await?, setbacks })
}

async fn fetch_and_finish(core: &Core, mut taken: Taken) -> Result<(), StoreError> {
    taken.work.fetch(core).await?;
    finish(core, taken).await
}

/// Puts the tasks off a little, uncounted, and without a word for each: nothing is wrong with them.
async fn wait(core: &Core, Taken { work, setbacks, .. }: Taken) -> Result<(), StoreError> {
    let until = core.store.now().await? + OTHERS_FETCH;
    let reason = "its bytes wait until those of others were asked for";
    let waiting = work.tasks.iter().map(|task| setback(task, reason.to_owned(), Then::WaitUntil(until)));
    debug!(tasks = waiting.len(), "{reason}");
    note(core, work.repository, &waiting.collect::<Vec<_>>()).await?;
    set_back(core, work.repository, setbacks).await
}

/// Brings the tasks to their end: stored, put off, or given up.
async fn finish(core: &Core, Taken { begun, work, mut setbacks }: Taken) -> Result<(), StoreError> {
    let repository = work.repository;
    if work.tasks.is_empty() {
        return set_back(core, repository, setbacks).await;
    }
    let (files, missing) = work.files(core.store.now().await?);
    setbacks.extend(missing);
    let (files, unread) = read_files(files).await;
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
    hold::point(Point::Stored, repository).await;
    if let Some((changed, stored)) = changed {
        core.announce_change(changed);
        metrics::counter!("dotcursor_files_stored_total").increment(stored.len() as u64);
        log_stored(files, &stored);
    }
    Ok(())
}

/// The way of a delivery ends here: from the webhook to the stored row under one id.
fn log_stored(files: &[ReadFile], stored: &BTreeSet<TaskId>) {
    for file in files.iter().filter(|file| stored.iter().any(|id| id.as_str() == file.task.id)) {
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
    note(core, repository, &setbacks).await
}

async fn note(core: &Core, repository: RepositoryId, setbacks: &[Setback]) -> Result<(), StoreError> {
    if let Some(changed) = core.store.set_back(repository, setbacks).await? {
        core.announce_change(changed);
    }
    Ok(())
}
