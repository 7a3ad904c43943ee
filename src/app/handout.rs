//! Hands out the tasks of new plans: their bytes are fetched, then their messages published, a few files at a time.
//!
//! Apart from the planners, so that the download of a large repository does not keep them from the next push. An import waits
//! for other imports; what a person waits for does not. Whatever is not handed out, because too much waits, the process stops
//! or the broker is away, is left to the sweeper: the rows are the truth.

use super::core::Core;
use crate::github::Urgency;
use crate::hold::{self, Point};
use crate::model::{RepositoryId, TaskId};
use crate::plan::PlannedTask;
use crate::queue::{Lane, TaskMessage};
use crate::store::StoreError;
use crate::store::rows::repository::Repository;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, error, warn};

/// Tasks of one file each that are fetched, and then published, together.
const FETCHED_TOGETHER: usize = 50;
/// How many such portions of a plan are on their way at the same time. GitHub allows a hundred calls at once.
const PORTIONS_AT_ONCE: usize = 3;
/// Plans of a lane that may wait; more are left to the sweeper.
const WAITING: usize = 256;
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

/// Where planners put their plans, a queue for each lane.
#[derive(Clone, Debug)]
pub struct Handouts {
    person: mpsc::Sender<Plan>,
    bulk: mpsc::Sender<Plan>,
}

/// What [`Handouts`] leads to.
#[derive(Debug)]
pub struct Plans {
    pub lane: Lane,
    plans: mpsc::Receiver<Plan>,
}

pub fn open() -> (Handouts, [Plans; 2]) {
    let ((person, persons), (bulk, bulks)) = (mpsc::channel(WAITING), mpsc::channel(WAITING));
    let plans = [Plans { lane: Lane::Person, plans: persons }, Plans { lane: Lane::Bulk, plans: bulks }];
    (Handouts { person, bulk }, plans)
}

impl Handouts {
    /// A place for one plan, unless too many wait already.
    pub fn place(&self, lane: Lane) -> Option<mpsc::Permit<'_, Plan>> {
        let queue = match lane {
            Lane::Person => &self.person,
            Lane::Bulk => &self.bulk,
        };
        queue.try_reserve().ok()
    }
}

/// What nobody waits for leaves calls to those who wait.
fn urgency(lane: Lane) -> Urgency {
    match lane {
        Lane::Person => Urgency::Person,
        Lane::Bulk => Urgency::Bulk,
    }
}

/// How many plans of a lane are handed out at the same time.
fn at_once(lane: Lane) -> usize {
    match lane {
        Lane::Person => 16,
        Lane::Bulk => 4,
    }
}

/// Hands out one lane until it is told to stop; what is left then goes to the sweeper of the next process.
pub async fn run(core: Arc<Core>, Plans { lane, mut plans }: Plans, stop: CancellationToken) {
    let mut going = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled(), if !plans.is_closed() => plans.close(),
            Some(ended) = going.join_next() => log_panic(ended),
            plan = plans.recv(), if going.len() < at_once(lane) || stop.is_cancelled() => match plan {
                Some(plan) => {
                    let span = plan.span.clone();
                    going.spawn(one(core.clone(), plan, stop.clone()).instrument(span));
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

async fn one(core: Arc<Core>, plan: Plan, stop: CancellationToken) {
    let mut under_way = FuturesUnordered::new();
    for tasks in plan.tasks.chunks(FETCHED_TOGETHER) {
        if under_way.len() == PORTIONS_AT_ONCE {
            under_way.next().await;
        }
        under_way.push(portion(&core, &plan, tasks, &stop));
    }
    under_way.collect::<()>().await;
}

async fn portion(core: &Core, plan: &Plan, tasks: &[PlannedTask], stop: &CancellationToken) {
    let done = if stop.is_cancelled() {
        core.store.not_published(&ids(tasks)).await
    } else {
        hand_out(core, plan, tasks).await
    };
    if let Err(error) = done {
        warn!(%error, tasks = tasks.len(), "tasks are published late, when they count as lost");
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
    if let Err(error) = core.fetcher(urgency(plan.lane)).fetch(&plan.repository, wanted).await {
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
