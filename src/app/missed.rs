//! Webhooks that never came: found in GitHub's list of deliveries, asked for again, or made up for by a look.

use super::core::Core;
use super::fetcher::FetchError;
use super::healer::Done;
use crate::github::GitHubError;
use crate::model::Remedies;
use crate::queue::Lane;
use crate::store::duties::Turn;
use chrono::{NaiveDateTime, TimeDelta};
use tracing::{info, warn};

/// A delivery is listed when it has ended, and perhaps later.
const OVERLAP: TimeDelta = TimeDelta::minutes(10);
/// A hundred thousand deliveries. The App itself may make 5,000 calls an hour.
const MOST_PAGES: usize = 1_000;
/// A request of GitHub to send again is five of the 900 points of a minute.
const ASKED_AT_ONCE: i64 = 100;
/// How soon it is seen whether what was asked for came.
const SOON: TimeDelta = TimeDelta::seconds(if cfg!(feature = "hold") { 1 } else { 60 });

pub(super) async fn heal(core: &Core, turn: &Turn) -> Result<Done, FetchError> {
    let seen_until = find(core, turn).await?;
    ask_again(core, turn).await?;
    let waits = core.store.waits_for_missed().await?;
    let pause = if waits { SOON.min(core.sync_interval) } else { core.sync_interval };
    Ok(Done { seen_until, pause })
}

/// Reads GitHub's list back to where the last time began; the first time as far as it goes.
async fn find(core: &Core, turn: &Turn) -> Result<Option<NaiveDateTime>, FetchError> {
    let known = turn.seen_until.map(|seen| seen - OVERLAP);
    let (mut newest, mut older) = (turn.seen_until, None);
    let mut remedies = Remedies::default();
    for _ in 0..MOST_PAGES {
        core.store.renew_duty(turn.duty).await?;
        let page = core.github.deliveries(older.as_deref()).await?;
        let found = core.store.note_missed(&page.deliveries, &mut remedies).await?;
        if found.missed > 0 {
            info!(deliveries = found.missed, repositories = found.owed.len(), "webhooks never came");
            metrics::counter!("dotcursor_deliveries_missed_total", "outcome" => "found").increment(found.missed as u64);
        }
        found.owed.into_iter().for_each(|repository| core.debts.name(repository, Lane::Person));
        newest = newest.max(page.deliveries.iter().map(|listed| listed.delivered_at).max());
        let oldest = page.deliveries.last().map(|listed| listed.delivered_at);
        older = page.older;
        if older.is_none() || oldest < known {
            return Ok(newest);
        }
    }
    warn!(
        pages = MOST_PAGES,
        "GitHub lists more deliveries than are read; what the older ones told of is found by the schedule"
    );
    Ok(newest)
}

async fn ask_again(core: &Core, turn: &Turn) -> Result<(), FetchError> {
    for missed in core.store.due_missed(ASKED_AT_ONCE).await? {
        core.store.renew_duty(turn.duty).await?;
        match core.github.redeliver(missed.attempt).await {
            Ok(()) => info!(delivery = %missed.id, "asked for again"),
            Err(error @ (GitHubError::NotFound { .. } | GitHubError::Rejected { .. })) => {
                warn!(%error, delivery = %missed.id, "GitHub does not send it again");
            }
            Err(error) => return Err(error.into()),
        }
        core.store.asked_again(&missed.id).await?;
    }
    Ok(())
}
