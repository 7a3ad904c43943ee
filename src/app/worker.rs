//! A worker: messages become tasks and bytes, bytes become definitions, definitions are stored, and only then the messages
//! are acknowledged. Killed anywhere before that, the messages come again; killed after, the tasks are gone and a message
//! that comes again finds nothing to do.

use super::core::Core;
use super::fetcher::FetchError;
use crate::github::GitHubError;
use crate::hold::{self, Point};
use crate::model::{BlobSha, Location, Parsed, RepositoryId, SupportFile, TaskId};
use crate::parse;
use crate::queue::Received;
use crate::store::StoreError;
use crate::store::batch::ReadFile;
use crate::store::rows::task::TaskRow;
use crate::store::tasks::{Setback, Then};
use std::collections::{BTreeMap, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, debug, error, info_span, warn};

const BATCH: usize = 100;
/// How long a batch that is not full waits for more.
const GATHER: Duration = Duration::from_millis(2);
const PAUSE: Duration = Duration::from_secs(1);

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
    let ready = gather(core, repository, tasks).await?;
    let setbacks = ready.setbacks;
    let (files, panicked) = read_files(ready.files).await;
    metrics::histogram!("dotcursor_parse_seconds").record(begun.elapsed());
    hold::point(Point::Parsed, repository).await;
    let begun = Instant::now();
    let changed = core.store.store_batch(repository, &files).await?;
    metrics::histogram!("dotcursor_batch_seconds").record(begun.elapsed());
    metrics::counter!("dotcursor_files_stored_total").increment(files.len() as u64);
    hold::point(Point::Stored, repository).await;
    if let Some(changed) = changed {
        core.announce_change(changed);
    }
    log_stored(&files);
    set_back(core, repository, setbacks.into_iter().chain(panicked).collect()).await
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

/// Tasks with their bytes, and those whose bytes are not to be had now.
struct Gathered {
    files: Vec<(TaskRow, Bytes)>,
    setbacks: Vec<Setback>,
}

enum Bytes {
    Here(Vec<u8>),
    /// Never fetched.
    TooLarge,
}

async fn gather(core: &Core, repository: RepositoryId, tasks: Vec<TaskRow>) -> Result<Gathered, StoreError> {
    let too_large = |task: &TaskRow| u64::try_from(task.size).is_ok_and(|size| size > parse::MAX_FILE_BYTES);
    let wanted: Vec<BlobSha> =
        tasks.iter().filter(|task| !too_large(task)).filter_map(|task| BlobSha::new(&task.blob).ok()).collect();
    let mut here: HashMap<BlobSha, Vec<u8>> = core.store.blobs(repository, &wanted).await?.into_iter().collect();
    let missing: Vec<BlobSha> = wanted.into_iter().filter(|sha| !here.contains_key(sha)).collect();
    let refused = if missing.is_empty() { None } else { fetch(core, repository, &missing).await? };
    if !missing.is_empty() {
        here.extend(core.store.blobs(repository, &missing).await?);
    }
    let mut gathered = Gathered { files: Vec::new(), setbacks: Vec::new() };
    for task in tasks {
        let bytes = BlobSha::new(&task.blob).ok().and_then(|sha| here.get(&sha).cloned());
        match bytes {
            _ if too_large(&task) => gathered.files.push((task, Bytes::TooLarge)),
            Some(bytes) => gathered.files.push((task, Bytes::Here(bytes))),
            None => gathered.setbacks.push(setback(&task, refused.as_ref())),
        }
    }
    Ok(gathered)
}

async fn fetch(core: &Core, repository: RepositoryId, missing: &[BlobSha]) -> Result<Option<GitHubError>, StoreError> {
    let Some(row) = core.store.repository(repository).await? else {
        return Ok(None);
    };
    match core.fetcher().fetch(&row, missing.iter().map(|sha| (sha.clone(), None))).await {
        Ok(()) => Ok(None),
        Err(FetchError::GitHub(error)) => Ok(Some(error)),
        Err(FetchError::Store(error)) => Err(error),
    }
}

fn setback(task: &TaskRow, refused: Option<&GitHubError>) -> Setback {
    let error = match refused {
        Some(error) => error.to_string(),
        None => format!("GitHub does not have blob {} of {}", task.blob, task.path),
    };
    let then = refused.and_then(GitHubError::retry_at).map_or(Then::TryAgain, Then::WaitUntil);
    Setback { task: TaskId::from_text(task.id.clone()), error, then }
}

/// Parses off the threads that serve I/O. A panic is one file's misfortune, not the batch's.
async fn read_files(files: Vec<(TaskRow, Bytes)>) -> (Vec<ReadFile>, Vec<Setback>) {
    let ids: Vec<String> = files.iter().map(|(task, _)| task.id.clone()).collect();
    let reading = tokio::task::spawn_blocking(move || {
        let mut read = Vec::with_capacity(files.len());
        let mut panicked = Vec::new();
        for (task, bytes) in files {
            let id = task.id.clone();
            match catch_unwind(AssertUnwindSafe(|| read_file(task, &bytes))) {
                Ok(Some(file)) => read.push(file),
                Ok(None) => panicked.push(broken_task(id, "its path is no definition's")),
                Err(_) => panicked.push(broken_task(id, "the reader panicked; please report this file")),
            }
        }
        (read, panicked)
    });
    reading.await.unwrap_or_else(|error| {
        let setbacks = ids.into_iter().map(|id| broken_task(id, &format!("reading was cut short: {error}")));
        (vec![], setbacks.collect())
    })
}

fn broken_task(id: String, error: &str) -> Setback {
    Setback { task: TaskId::from_text(id), error: error.to_owned(), then: Then::TryAgain }
}

fn read_file(task: TaskRow, bytes: &Bytes) -> Option<ReadFile> {
    let location = Location::of(&task.path)?;
    let support: Vec<SupportFile> = serde_json::from_value(task.support.clone()).unwrap_or_default();
    let parsed: Parsed = match bytes {
        Bytes::Here(bytes) => parse::parse(&location, bytes, &support),
        Bytes::TooLarge => parse::too_large(&location, u64::try_from(task.size).unwrap_or(0)),
    };
    Some(ReadFile { task, location, parsed })
}
