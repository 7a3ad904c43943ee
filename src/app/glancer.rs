//! Compares heads by the hundred, and owes a look where one has moved: so a webhook that was lost without a trace is made up for.

use super::core::Core;
use crate::github::{GitHubError, Glance, InstallationClient, RepositoryRef, Urgency};
use crate::model::RepositoryId;
use crate::plan::glance::is_news;
use crate::queue::Lane;
use crate::store::glances::{SHARE, Turns};
use crate::store::rows::repository::Repository;
use crate::store::{StoreError, backoff};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

const EVERY: Duration = Duration::from_secs(1);
/// Where a hundred in one query are too much for GitHub, so many are not.
const FEW: usize = 10;
/// Failed queries in a row after which GitHub is taken for away.
const STRIKES: usize = 3;

/// Glances until it is told to stop.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match step(&core).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => warn!(%error, "heads are compared when the database answers"),
        }
        stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
    }
}

/// Whether there was something to do.
async fn step(core: &Core) -> Result<bool, StoreError> {
    let Some(turns) = core.store.take_turns(core.sync_interval).await? else {
        return Ok(false);
    };
    let client = core.github.installation(turns.installation).with(Urgency::Schedule);
    let all: Vec<RepositoryId> = turns.repositories.iter().map(|row| RepositoryId::new(row.id)).collect();
    match glances(&client, &turns.repositories).await {
        Ok(glances) => note(core, &turns, &all, &glances).await?,
        Err(error) => {
            let now = core.store.now().await?;
            let until = error.retry_at().map_or_else(|| now + backoff::delay(i32::MAX), |at| backoff::spread(now, at));
            warn!(%error, installation = %turns.installation, %until, "heads are compared later");
            if matches!(error, GitHubError::NotFound { .. } | GitHubError::Suspended { .. }) {
                core.store.doubt_installation(turns.installation).await?;
            }
            core.store.put_off_turns(&all, until).await?;
        }
    }
    Ok(true)
}

async fn glances(client: &InstallationClient, rows: &[Repository]) -> Result<Vec<Glance>, GitHubError> {
    let asked: Vec<(RepositoryRef, Option<&str>)> = rows.iter().map(asked).collect();
    match client.glances(&asked).await {
        Err(GitHubError::Unavailable { .. } | GitHubError::Unreadable { .. }) if asked.len() > FEW => {
            one_by_few(client, &asked).await
        }
        outcome => outcome,
    }
}

/// One repository that GitHub fails at must not keep the others unseen.
async fn one_by_few(
    client: &InstallationClient,
    asked: &[(RepositoryRef, Option<&str>)],
) -> Result<Vec<Glance>, GitHubError> {
    let (mut all, mut strikes) = (Vec::with_capacity(asked.len()), 0);
    for few in asked.chunks(FEW) {
        match client.glances(few).await {
            Ok(glances) => {
                strikes = 0;
                all.extend(glances);
            }
            Err(GitHubError::Unavailable { .. } | GitHubError::Unreadable { .. }) if strikes + 1 < STRIKES => {
                strikes += 1;
                all.extend(few.iter().map(|_| Glance::Unclear));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

fn asked(row: &Repository) -> (RepositoryRef, Option<&str>) {
    let name = RepositoryRef { id: RepositoryId::new(row.id), full_name: row.full_name.clone() };
    (name, row.tracked_branch.as_deref())
}

async fn note(core: &Core, turns: &Turns, all: &[RepositoryId], glances: &[Glance]) -> Result<(), StoreError> {
    let mut news = Vec::new();
    let mut missing = false;
    for (row, glance) in turns.repositories.iter().zip(glances) {
        match glance {
            Glance::Seen(seen) if !is_news(row, seen) && !turns.ruled_otherwise.contains(&row.id) => {}
            Glance::Seen(_) | Glance::Unclear => news.push(RepositoryId::new(row.id)),
            Glance::Missing => missing = true,
        }
    }
    debug!(installation = %turns.installation, repositories = all.len(), news = news.len(), "heads compared");
    metrics::counter!("dotcursor_heads_compared_total", "outcome" => "same").increment((all.len() - news.len()) as u64);
    metrics::counter!("dotcursor_heads_compared_total", "outcome" => "news").increment(news.len() as u64);
    if missing {
        core.store.doubt_installation(turns.installation).await?;
    }
    let served = i32::try_from(turns.served).unwrap_or(i32::MAX);
    core.store.glanced(all, &news, core.sync_interval.max(SHARE * served)).await?;
    news.into_iter().for_each(|repository| core.debts.name(repository, Lane::Bulk));
    Ok(())
}
