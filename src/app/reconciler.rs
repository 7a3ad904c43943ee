//! Holds each installation against what GitHub lists: repositories that came, went or moved without our being told, and
//! installations that are suspended, resumed or gone.

use super::core::Core;
use super::fetcher::FetchError;
use crate::github::{GitHubError, InstallationClient, InstallationState, Urgency};
use crate::model::{InstallationId, RepositoryId};
use crate::queue::Lane;
use crate::store::reconciliation::{Held, Visit};
use crate::store::{StoreError, backoff};
use chrono::NaiveDateTime;
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info, info_span, warn};

const EVERY: Duration = Duration::from_secs(1);
/// A list costs a call for each hundred repositories, and says little that heads do not: it is read as often as heads are six times.
const SELDOM: i32 = 6;

/// Reconciles until it is told to stop.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match step(&core).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => warn!(%error, "installations are looked at when the database answers"),
        }
        stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
    }
}

/// Whether there was something to do.
async fn step(core: &Core) -> Result<bool, StoreError> {
    let Some(mut visit) = core.store.take_installation().await? else {
        return Ok(false);
    };
    let installation = visit.installation;
    let outcome = tokio::select! {
        outcome = reconcile(core, installation).instrument(info_span!("reconcile", %installation)) => outcome,
        never = keep(core, &mut visit) => match never {},
    };
    match outcome {
        Ok(true) => core.store.reconciled(visit, core.sync_interval * SELDOM).await?,
        Ok(false) => info!(%installation, "the App is not installed there any more"),
        Err(FetchError::Store(error)) => return Err(error),
        Err(FetchError::GitHub(error)) => {
            let now = core.store.now().await?;
            let until = error.retry_at().unwrap_or_else(|| now + backoff::delay(i32::MAX));
            warn!(%error, %installation, %until, "an installation is looked at later");
            core.store.put_off_installation(visit, until).await?;
        }
    }
    Ok(true)
}

/// A list of many pages takes long. Once something has asked for another visit, that is another one's.
async fn keep(core: &Core, visit: &mut Visit) -> Infallible {
    loop {
        tokio::time::sleep(EVERY).await;
        match core.store.renew_installation(*visit).await {
            Ok(Some(renewed)) => *visit = renewed,
            Ok(None) => std::future::pending().await,
            Err(error) => warn!(%error, installation = %visit.installation, "the lease is not renewed"),
        }
    }
}

/// Whether the installation is still there.
async fn reconcile(core: &Core, installation: InstallationId) -> Result<bool, FetchError> {
    let begun = core.store.now().await?;
    let client = core.github.installation(installation).with(Urgency::Schedule);
    match client.repositories().await {
        Ok(list) => {
            let Held { owed, missing } = core.store.hold_against(installation, &list, begun).await?;
            name(core, owed);
            let gone = still_missing(core, &client, missing, begun).await?;
            name(core, core.store.left(installation, &gone).await?);
        }
        Err(GitHubError::Suspended { .. }) => core.store.suspended(installation).await?,
        // Not there, or not for this App's key: the App itself is told which.
        Err(error @ GitHubError::NotFound { .. }) => match core.github.installation_state(installation).await? {
            InstallationState::Removed => {
                name(core, core.store.uninstalled(installation).await?);
                return Ok(false);
            }
            InstallationState::Suspended => core.store.suspended(installation).await?,
            InstallationState::Active => return Err(error.into()),
        },
        Err(error) => return Err(error.into()),
    }
    Ok(true)
}

/// A list in pages may leave one out that is there: what two lists leave out is gone.
async fn still_missing(
    core: &Core,
    client: &InstallationClient,
    mut missing: BTreeSet<i64>,
    begun: NaiveDateTime,
) -> Result<Vec<i64>, FetchError> {
    if !missing.is_empty() {
        let again = client.repositories().await?;
        let twice = core.store.missing_from(client.id(), &again, begun).await?;
        missing.retain(|id| twice.contains(id));
    }
    Ok(missing.into_iter().collect())
}

fn name(core: &Core, owed: Vec<RepositoryId>) {
    if !owed.is_empty() {
        info!(repositories = owed.len(), "repositories are not what they were taken for");
    }
    owed.into_iter().for_each(|repository| core.debts.name(repository, Lane::Bulk));
}
