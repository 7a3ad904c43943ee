//! Tells owners: takes checks that are owed, finds out what there is to say, and has GitHub show it.
//!
//! Apart from everything else, so that no sync ever waits for it. A check run is written when all is known, since one call then
//! mostly does; what GitHub may have got without our knowing is asked for before anything is written again.

use super::core::Core;
use super::preview;
use super::writing::{Written, end, write};
use crate::github::GitHubError;
use crate::model::{InstallationId, Report};
use crate::store::checks::{CheckDebt, Due};
use crate::store::{StoreError, backoff};
use crate::tell;
use chrono::TimeDelta;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, debug, info_span, warn};

const EVERY: Duration = Duration::from_millis(500);
const NOT_YET: TimeDelta = TimeDelta::milliseconds(500);
/// What the owner has to grant is not asked for all the time; a webhook tells when it is granted.
const UNTIL_GRANTED: TimeDelta = TimeDelta::hours(6);
/// How often GitHub may say that there is no such repository or commit: after a push its replicas may lag.
const NOT_FOUND_TIMES: i32 = 5;
/// How often a pull request is looked at anew that cannot be read. Each time costs calls, and anybody may open one.
const UNREADABLE_TIMES: i32 = 2;
/// Well within the lease that the store gives.
const RENEW_EVERY: Duration = Duration::from_secs(1);

/// Why a check is not told now.
#[derive(Debug, thiserror::Error)]
pub(super) enum TellError {
    #[error(transparent)]
    GitHub(#[from] GitHubError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Tells what is owed until it is told to stop; what is begun is finished.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match step(&core).await {
            Ok(true) => continue,
            Ok(false) => EVERY,
            Err(error) => {
                warn!(%error, "check runs wait for the database");
                EVERY
            }
        };
        stop.run_until_cancelled(tokio::time::sleep(pause)).await;
    }
}

/// Whether there was something to do.
async fn step(core: &Core) -> Result<bool, StoreError> {
    let Some(debt) = core.store.take_check().await? else {
        return Ok(false);
    };
    let span = info_span!("check", repository = debt.repository.id, commit = debt.check.head_sha);
    let told = tokio::select! {
        told = tell(core, &debt).instrument(span) => told,
        never = keep_lease(core, debt.installation()) => match never {},
    };
    core.store.release_checks(debt.installation()).await?;
    told.map(|()| true)
}

/// A look at a pull request takes many calls: until it is told, nobody else shall begin the same.
async fn keep_lease(core: &Core, installation: InstallationId) -> Infallible {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        if let Err(error) = core.store.renew_checks(installation).await {
            warn!(%error, %installation, "the lease is not renewed; another process may write the same check run");
        }
    }
}

async fn tell(core: &Core, debt: &CheckDebt) -> Result<(), StoreError> {
    match pay(core, debt).await {
        Ok(()) => Ok(()),
        Err(TellError::Store(error)) if error.is_refusal() => put_off(core, debt, &error.to_string()).await,
        Err(TellError::Store(error)) => Err(error),
        Err(TellError::GitHub(error)) => set_back(core, debt, &error).await,
    }
}

async fn pay(core: &Core, debt: &CheckDebt) -> Result<(), TellError> {
    match core.store.check_due(debt, &core.desk).await? {
        Due::Tell(report) => show(core, debt, &report).await,
        Due::Read => match look(core, debt).await? {
            Some(report) => {
                core.store.keep_report(debt, &report).await?;
                show(core, debt, &report).await
            }
            None => Ok(core.store.drop_check(debt, "no definition would change").await?),
        },
        Due::NotYet => {
            let now = core.store.now().await?;
            Ok(core.store.put_off_check(debt, now + NOT_YET, None).await?)
        }
        Due::Superseded(newer) => {
            if debt.is_on_github() {
                end(core, debt, &tell::superseded(&newer)).await?;
            }
            Ok(core.store.drop_check(debt, &format!("superseded by {newer}")).await?)
        }
        Due::Nothing(reason) => {
            debug!(reason, "no check run");
            Ok(core.store.drop_check(debt, reason).await?)
        }
    }
}

/// What cannot be read, however often it is tried, is told as that.
async fn look(core: &Core, debt: &CheckDebt) -> Result<Option<Report>, TellError> {
    match preview::report(core, debt).await {
        Err(TellError::GitHub(error @ GitHubError::Unreadable { .. })) if debt.check.attempts >= UNREADABLE_TIMES => {
            warn!(%error, "a pull request cannot be read");
            Ok(Some(tell::not_looked_at(&error.to_string())))
        }
        looked => looked,
    }
}

/// Has GitHub show the report. One that it refuses for its annotations is shown without them.
async fn show(core: &Core, debt: &CheckDebt, report: &Report) -> Result<(), TellError> {
    let written = match write(core, debt, report).await {
        Err(TellError::GitHub(GitHubError::Rejected { message, .. })) if !report.annotations.is_empty() => {
            warn!(message, "GitHub refuses the annotations; the check run goes without");
            let plain = Report { annotations: Vec::new(), ..report.clone() };
            write(core, debt, &plain).await?
        }
        written => written?,
    };
    let Written { run, annotated } = written;
    metrics::counter!("dotcursor_checks_shown_total", "conclusion" => report.conclusion.as_str()).increment(1);
    Ok(core.store.check_shown(debt, run, &annotated).await?)
}

/// What is in the way of the whole installation keeps its checks back; what is about this one keeps this one.
async fn set_back(core: &Core, debt: &CheckDebt, error: &GitHubError) -> Result<(), StoreError> {
    let now = core.store.now().await?;
    let reason = error.to_string();
    match error {
        GitHubError::RateLimited { until, .. } => core.store.block_checks(debt.installation(), *until, &reason).await,
        GitHubError::HeldBack { until } => core.store.put_off_check(debt, *until, Some(&reason)).await,
        GitHubError::Forbidden { .. } if is_permission(error) => {
            warn!(%error, "check runs are not permitted; they wait for the owner");
            core.store.block_checks(debt.installation(), now + UNTIL_GRANTED, &reason).await
        }
        GitHubError::Suspended { .. } | GitHubError::Unauthorized { .. } => {
            let until = now + backoff::delay(debt.check.attempts.saturating_add(1));
            core.store.block_checks(debt.installation(), until, &reason).await?;
            core.store.put_off_check(debt, until, Some(&reason)).await
        }
        GitHubError::NotFound { .. } | GitHubError::EmptyRepository { .. } if debt.check.attempts < NOT_FOUND_TIMES => {
            put_off(core, debt, &reason).await
        }
        GitHubError::NotFound { .. }
        | GitHubError::EmptyRepository { .. }
        | GitHubError::Forbidden { .. }
        | GitHubError::Rejected { .. } => {
            warn!(%error, "a check run is given up");
            metrics::counter!("dotcursor_checks_given_up_total").increment(1);
            core.store.drop_check(debt, &reason).await
        }
        _ => put_off(core, debt, &reason).await,
    }
}

async fn put_off(core: &Core, debt: &CheckDebt, reason: &str) -> Result<(), StoreError> {
    let until = core.store.now().await? + backoff::delay(debt.check.attempts.saturating_add(1));
    warn!(reason, %until, "a check run is put off");
    core.store.put_off_check(debt, until, Some(reason)).await
}

/// An archived repository is forbidden as well, and no permission helps.
fn is_permission(error: &GitHubError) -> bool {
    matches!(error, GitHubError::Forbidden { message, .. } if message.contains("not accessible by integration"))
}
