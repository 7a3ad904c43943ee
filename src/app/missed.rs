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
/// In a minute. The App makes the tokens of all installations with the same 5,000 calls of the hour.
const ASKED_AT_ONCE: i64 = 30;
/// Requests in a row that GitHub does not answer, after which it is taken for away. One alone must not keep back the others.
const STRIKES: usize = 3;
/// How soon it is seen whether what was asked for came.
const SOON: TimeDelta = TimeDelta::seconds(if cfg!(feature = "hold") { 1 } else { 60 });

pub(super) async fn heal(core: &Core, turn: &Turn) -> Result<Done, FetchError> {
    let seen_until = find(core, turn).await?;
    ask_again(core).await?;
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

/// One that GitHub does not send counts as asked for: it is tried again, and given up in the end.
async fn ask_again(core: &Core) -> Result<(), FetchError> {
    let mut strikes = 0;
    for missed in core.store.due_missed(ASKED_AT_ONCE).await? {
        match core.github.redeliver(missed.attempt).await {
            Ok(()) => {
                strikes = 0;
                info!(delivery = %missed.id, "asked for again");
            }
            Err(error) if is_about_all(&error, strikes) => return Err(error.into()),
            Err(error) => {
                strikes += usize::from(matches!(error, GitHubError::Unavailable { .. }));
                warn!(%error, delivery = %missed.id, "GitHub does not send it again");
            }
        }
        core.store.asked_again(&missed.id).await?;
    }
    Ok(())
}

fn is_about_all(error: &GitHubError, strikes: usize) -> bool {
    match error {
        GitHubError::Unavailable { .. } => strikes + 1 >= STRIKES,
        error => error.may_pass(),
    }
}
