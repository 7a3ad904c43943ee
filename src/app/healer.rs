//! What one process at a time does to find what webhooks did not tell: those that never came, and installations that nobody
//! told of.

use super::core::Core;
use super::fetcher::FetchError;
use super::missed;
use crate::store::duties::{Duty, Turn};
use crate::store::{StoreError, backoff};
use chrono::{NaiveDateTime, TimeDelta};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info_span, warn};

const EVERY: Duration = Duration::from_secs(1);
/// Well within the lease that the store gives.
const RENEW_EVERY: Duration = Duration::from_secs(1);

/// How a duty was done.
pub(super) struct Done {
    /// What GitHub listed up to this time, by its clock, is dealt with.
    pub seen_until: Option<NaiveDateTime>,
    /// When it is due again.
    pub pause: TimeDelta,
}

/// Does what is due until it is told to stop.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        for duty in Duty::ALL {
            if let Err(error) = step(&core, duty).await {
                warn!(%error, duty = duty.as_str(), "healing waits for the database");
            }
        }
        stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
    }
}

async fn step(core: &Core, duty: Duty) -> Result<(), StoreError> {
    let Some(mut turn) = core.store.take_duty(duty).await? else {
        return Ok(());
    };
    let begun = turn.clone();
    let outcome = tokio::select! {
        outcome = fulfil(core, &begun).instrument(info_span!("heal", duty = duty.as_str())) => outcome,
        () = lose(core, &mut turn) => {
            warn!(duty = duty.as_str(), "another process is at it by now");
            return Ok(());
        }
    };
    match outcome {
        Ok(Done { seen_until, pause }) => core.store.end_duty(&turn, seen_until, pause).await,
        Err(FetchError::Store(error)) => Err(error),
        Err(FetchError::GitHub(error)) => {
            let now = core.store.now().await?;
            let until = error.retry_at().unwrap_or_else(|| now + backoff::delay(turn.attempts.saturating_add(1)));
            warn!(%error, %until, duty = duty.as_str(), "what was missed is looked for later");
            core.store.put_off_duty(&turn, until).await
        }
    }
}

/// Renews the lease, however long the work takes; returns when it is lost: whoever has it does the same work.
async fn lose(core: &Core, turn: &mut Turn) {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        match core.store.renew_duty(turn).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => warn!(%error, duty = turn.duty.as_str(), "the lease is not renewed"),
        }
    }
}

async fn fulfil(core: &Core, turn: &Turn) -> Result<Done, FetchError> {
    match turn.duty {
        Duty::Deliveries => missed::heal(core, turn).await,
        Duty::Installations => {
            let begun = core.store.now().await?;
            let listed = core.github.installations().await?;
            core.store.take_in_installations(&listed, begun).await?;
            Ok(Done { seen_until: None, pause: core.sync_interval })
        }
    }
}
