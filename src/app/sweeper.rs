//! The sweeper: finds what hints and messages lost, and what has become due, and hands it on. Everything it does may be done
//! by several processes at once.

use super::core::Core;
use super::outage::Outage;
use crate::queue::Lane;
use crate::store::StoreError;
use chrono::TimeDelta;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tracing::warn;

const EVERY: Duration = Duration::from_millis(500);
/// Repositories owed a comparison that one sweep hands on.
const REPOSITORIES: i64 = 50;
/// Tasks of a lane that are kept out; the rest wait in their rows.
const OUT: usize = 2000;
const PURGE_EVERY: Duration = Duration::from_secs(3600);

/// Sweeps until it is told to stop.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    let mut purged: Option<Instant> = None;
    let mut queue_away = Outage::default();
    while !stop.is_cancelled() {
        if let Err(error) = sweep(&core, &mut queue_away).await {
            warn!(%error, "sweeping waits for the database");
        }
        if purged.is_none_or(|at| at.elapsed() > PURGE_EVERY) {
            purged = Some(Instant::now());
            if let Err(error) = core.store.purge(core.retention).await {
                warn!(%error, "old rows were not deleted");
            }
        }
        stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
    }
}

/// One pass.
async fn sweep(core: &Core, queue_away: &mut Outage) -> Result<(), StoreError> {
    for (repository, lane) in core.store.due_debts(REPOSITORIES).await? {
        core.debts.name(repository, lane);
    }
    for repository in core.store.schedule_repairs(REPOSITORIES).await? {
        core.debts.name(repository, Lane::Bulk);
    }
    match core.queue.depth().await {
        Ok(depth) => {
            queue_away.is_over();
            publish_overdue(core, Lane::Person, depth.person).await?;
            publish_overdue(core, Lane::Bulk, depth.bulk).await?;
        }
        Err(error) if queue_away.met() => warn!(%error, "the queue does not answer; tasks stay in their rows"),
        Err(_) => {}
    }
    measure(core).await
}

/// Publishes due tasks that are not out, no more than the queue is short of.
async fn publish_overdue(core: &Core, lane: Lane, depth: usize) -> Result<(), StoreError> {
    let room = OUT.saturating_sub(depth);
    if room == 0 {
        return Ok(());
    }
    let room = i64::try_from(room).unwrap_or(i64::MAX);
    let tasks = core.store.overdue_tasks(lane, room, core.task_timeout).await?;
    if tasks.is_empty() {
        return Ok(());
    }
    if let Err(error) = core.queue.publish(lane, &tasks).await {
        warn!(%error, tasks = tasks.len(), "tasks could not be published");
        let ids: Vec<_> = tasks.into_iter().map(|message| message.task).collect();
        core.store.not_published(&ids).await?;
    }
    Ok(())
}

async fn measure(core: &Core) -> Result<(), StoreError> {
    let (open, oldest) = core.store.backlog().await?;
    metrics::gauge!("dotcursor_tasks_open").set(open as f64);
    metrics::gauge!("dotcursor_oldest_task_seconds").set(oldest.map_or(0.0, seconds));
    Ok(())
}

fn seconds(age: TimeDelta) -> f64 {
    age.num_milliseconds() as f64 / 1000.0
}
