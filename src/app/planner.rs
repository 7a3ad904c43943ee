//! A planner: takes up a repository's debt, compares, hands the plan to the store, and its tasks to who hands them out.

use super::core::Core;
use super::debts::Taste;
use super::handout::Plan;
use crate::github::GitHubError;
use crate::hold::{self, Point};
use crate::model::{InstallationId, RepositoryId, TaskId};
use crate::plan::compare::{CompareError, Comparer};
use crate::plan::comparison::Changed;
use crate::plan::{Planned, PlannedTask};
use crate::queue::Lane;
use crate::store::StoreError;
use crate::store::backoff;
use crate::store::rows::debt::Debt;
use chrono::TimeDelta;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, error, info, info_span, warn};

/// Well within the lease that the store gives.
const RENEW_EVERY: Duration = Duration::from_secs(1);
/// A planner waits this long when the database does not answer.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// Plans whatever is named, until it is told to stop; what is begun is finished.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    plan(core, Taste::Any, stop).await;
}

/// The same, of what somebody waits for.
pub async fn run_for_people(core: Arc<Core>, stop: CancellationToken) {
    plan(core, Taste::PersonOnly, stop).await;
}

async fn plan(core: Arc<Core>, taste: Taste, stop: CancellationToken) {
    while let Some(repository) = stop.run_until_cancelled(core.debts.next(taste)).await {
        if let Err(error) = step(&core, repository).await {
            error!(%repository, %error, "planning waits for the database");
            tokio::time::sleep(STORE_PAUSE).await;
        }
    }
}

/// Pays the debt of one repository, if there is one and no other planner is at it.
pub async fn step(core: &Arc<Core>, repository: RepositoryId) -> Result<(), StoreError> {
    let Some(debt) = core.store.take_debt(repository).await? else {
        return Ok(());
    };
    hold::point(Point::DebtTaken, repository).await;
    let delivery = debt.delivery.as_ref().map(ToString::to_string).unwrap_or_default();
    let span = info_span!("plan", %repository, full_name = debt.repository.full_name, delivery);
    pay(core, debt).instrument(span).await
}

async fn pay(core: &Arc<Core>, debt: Debt) -> Result<(), StoreError> {
    let repository = RepositoryId::new(debt.repository.id);
    let begun = Instant::now();
    let comparer = Comparer { store: core.store.clone(), github: core.github.clone(), lag: core.lag };
    let compared = tokio::select! {
        compared = comparer.compare(&debt) => compared,
        never = keep_lease(core, repository) => match never {},
    };
    hold::point(Point::Compared, repository).await;
    let comparison = match compared {
        Ok(comparison) => comparison,
        Err(CompareError::Store(error)) => return Err(error),
        Err(error) => return put_off(core, &debt, &error).await,
    };
    hold::point(Point::HeadRead, repository).await;
    let planned = match core.store.apply(&comparison).await {
        Ok(planned) => planned,
        // Refused again and again, perhaps: shown, and tried ever more seldom, like any other hindrance.
        Err(error) if error.is_refusal() => return put_off(core, &debt, &CompareError::Store(error)).await,
        Err(error) => return Err(error),
    };
    metrics::histogram!("dotcursor_plan_seconds").record(begun.elapsed());
    hold::point(Point::Planned, repository).await;
    if matches!(planned, Planned::ReadAgain) {
        // Once is usual. Whatever makes it more must not loop without a pause.
        let pause = if debt.attempts == 0 { TimeDelta::zero() } else { backoff::delay(debt.attempts) };
        let reason = "reading again: more folders are known by now";
        core.store.put_off_debt(repository, debt.now + pause, reason).await?;
        core.debts.name(repository, comparison.reason.lane());
        return Ok(());
    }
    // Before the bytes are fetched: a push that comes meanwhile is planned without waiting for them.
    let next_look = debt.needs_whole().then_some(core.sync_interval);
    if core.store.settle_debt(repository, debt.wanted, next_look).await? {
        core.debts.name(repository, Lane::Person);
    }
    follow_up(core, debt, comparison.reason.lane(), planned).await
}

/// Reading a large repository takes long: until it is done, no other planner should begin the same.
async fn keep_lease(core: &Core, repository: RepositoryId) -> Infallible {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        if let Err(error) = core.store.renew_debt(repository).await {
            warn!(%error, "the lease is not renewed; another planner may read the same");
        }
    }
}

/// Tells who shows the workspace, and has the tasks handed out.
async fn follow_up(core: &Core, debt: Debt, lane: Lane, planned: Planned) -> Result<(), StoreError> {
    match planned {
        Planned::Superseded | Planned::ReadAgain => Ok(()),
        Planned::Settled { changed } => {
            tell(core, changed);
            Ok(())
        }
        Planned::Run { run, tasks, changed } => {
            info!(%run, files = tasks.len(), "run begun");
            tell(core, changed);
            let tasks: Vec<PlannedTask> = tasks.into_iter().filter(|task| !task.put_off).collect();
            let Some(place) = core.handouts.place(lane) else {
                let ids: Vec<TaskId> = tasks.into_iter().map(|task| task.task).collect();
                return core.store.not_published(&ids).await;
            };
            let (repository, made, span) = (debt.repository, Instant::now(), tracing::Span::current());
            place.send(Plan { repository, lane, tasks, made, span });
            Ok(())
        }
    }
}

/// The debt stays; the reason is shown with the sync status.
async fn put_off(core: &Core, debt: &Debt, error: &CompareError) -> Result<(), StoreError> {
    let now = core.store.now().await?;
    let until = match error {
        CompareError::Stale(_) | CompareError::Unseen => now + core.lag,
        CompareError::GitHub(error) => {
            let then = error.retry_at().map(|at| backoff::spread(now, at));
            then.unwrap_or_else(|| now + backoff::delay(debt.attempts.saturating_add(1)))
        }
        CompareError::Store(_) => now + backoff::delay(debt.attempts.saturating_add(1)),
    };
    warn!(%error, %until, attempts = debt.attempts, "planning is put off");
    if is_doubtful(error) {
        core.store.doubt_installation(InstallationId::new(debt.repository.installation_id)).await?;
    }
    core.store.put_off_debt(RepositoryId::new(debt.repository.id), until, &error.to_string()).await
}

/// The repository, or the whole installation, may be gone, and nobody told.
fn is_doubtful(error: &CompareError) -> bool {
    use GitHubError::{NotFound, OtherRepository, Suspended};
    matches!(error, CompareError::GitHub(NotFound { .. } | OtherRepository { .. } | Suspended { .. }))
}

fn tell(core: &Core, changed: Option<Changed>) {
    if let Some(changed) = changed {
        core.announce_change(changed);
    }
}
