//! Hands out the tasks of new plans: their bytes are fetched, then their messages published, a few files at a time.
//!
//! Apart from the planners, so that the download of a large repository does not keep them from the next push. An import waits
//! for other imports; what a person waits for does not. Whatever is not handed out, because too much waits, the process stops
//! or the broker is away, is left to the sweeper: the rows are the truth.

use super::core::Core;
use crate::hold::{self, Point};
use crate::model::{RepositoryId, TaskId};
use crate::plan::PlannedTask;
use crate::queue::{Lane, TaskMessage};
use crate::store::StoreError;
use crate::store::rows::repository::Repository;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, error, warn};

/// Tasks of one file each that are fetched, and then published, together.
const FETCHED_TOGETHER: usize = 50;
/// Repositories whose tasks are in memory at once.
const WAITING: usize = 256;
/// Imports that download at the same time, and what people wait for.
const IMPORTS: usize = 4;
const PUSHES: usize = 16;
/// A plan this young is taken as it was made.
const FRESH: Duration = Duration::from_secs(1);

/// The tasks of one plan that are due.
#[derive(Debug)]
pub struct Plan {
    pub repository: Repository,
    pub lane: Lane,
    pub tasks: Vec<PlannedTask>,
    pub made: Instant,
    pub span: tracing::Span,
}

/// Where planners put their plans.
#[derive(Clone, Debug)]
pub struct Handouts(mpsc::Sender<Plan>);

pub fn open() -> (Handouts, mpsc::Receiver<Plan>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (Handouts(sender), receiver)
}

impl Handouts {
    /// A place for one plan, unless too many wait already.
    pub fn place(&self) -> Option<mpsc::Permit<'_, Plan>> {
        self.0.try_reserve().ok()
    }
}

/// Hands out until it is told to stop; what is left then goes to the sweeper of the next process.
pub async fn run(core: Arc<Core>, mut plans: mpsc::Receiver<Plan>, stop: CancellationToken) {
    let room = Arc::new(Room { imports: Semaphore::new(IMPORTS), pushes: Semaphore::new(PUSHES) });
    let mut going = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled(), if !plans.is_closed() => plans.close(),
            Some(ended) = going.join_next() => log_panic(ended),
            plan = plans.recv(), if going.len() < WAITING || stop.is_cancelled() => match plan {
                Some(plan) => {
                    let span = plan.span.clone();
                    going.spawn(one(core.clone(), room.clone(), plan, stop.clone()).instrument(span));
                }
                None => break,
            },
        }
    }
    while let Some(ended) = going.join_next().await {
        log_panic(ended);
    }
}

fn log_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        error!(%error, "handing out ended badly; the sweeper publishes what is left");
    }
}

#[derive(Debug)]
struct Room {
    imports: Semaphore,
    pushes: Semaphore,
}

async fn one(core: Arc<Core>, room: Arc<Room>, plan: Plan, stop: CancellationToken) {
    let place = match plan.lane {
        Lane::Bulk => room.imports.acquire(),
        Lane::Person => room.pushes.acquire(),
    };
    let _place = stop.run_until_cancelled(place).await;
    for some in plan.tasks.chunks(FETCHED_TOGETHER) {
        let done = if stop.is_cancelled() {
            core.store.not_published(&ids(some)).await
        } else {
            hand_out(&core, &plan, some).await
        };
        if let Err(error) = done {
            warn!(%error, tasks = some.len(), "tasks are published late, when they count as lost");
        }
    }
}

/// A newer plan may have called tasks back meanwhile: their bytes are not asked for. What cannot be fetched is published all
/// the same: the worker tries again and keeps the count.
async fn hand_out(core: &Core, plan: &Plan, tasks: &[PlannedTask]) -> Result<(), StoreError> {
    let repository = RepositoryId::new(plan.repository.id);
    hold::point(Point::HandingOut, repository).await;
    let all = ids(tasks);
    let open = if plan.made.elapsed() < FRESH { all.into_iter().collect() } else { core.store.going_out(&all).await? };
    let tasks: Vec<&PlannedTask> = tasks.iter().filter(|task| open.contains(&task.task)).collect();
    if tasks.is_empty() {
        return Ok(());
    }
    let wanted = tasks.iter().map(|task| (task.blob.clone(), task.size));
    if let Err(error) = core.fetcher().fetch(&plan.repository, wanted).await {
        warn!(%error, "bytes were not fetched ahead; workers will ask for them");
    }
    let messages: Vec<TaskMessage> =
        tasks.iter().map(|task| TaskMessage { v: 1, task: task.task.clone(), repository }).collect();
    if let Err(error) = core.queue.publish(plan.lane, &messages).await {
        warn!(%error, tasks = messages.len(), "tasks are left to the sweeper");
        let ids: Vec<TaskId> = messages.into_iter().map(|message| message.task).collect();
        core.store.not_published(&ids).await?;
    }
    Ok(())
}

fn ids(tasks: &[PlannedTask]) -> Vec<TaskId> {
    tasks.iter().map(|task| task.task.clone()).collect()
}
