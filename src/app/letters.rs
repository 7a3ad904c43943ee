//! Brings dead letters from the queue into the database, where administrators find them whichever broker is used.

use super::core::Core;
use super::outage::Outage;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing::warn;

const EVERY: Duration = Duration::from_secs(2);
const TOGETHER: usize = 100;

/// Looks for dead letters until it is told to stop.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    let mut queue_away = Outage::default();
    while !stop.is_cancelled() {
        match collect(&core).await {
            Ok(TOGETHER) => {}
            Ok(_) => {
                queue_away.is_over();
                stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
            }
            Err(error) => {
                if queue_away.met() {
                    warn!(%error, "dead letters stay in the queue for now");
                }
                stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
            }
        }
    }
}

/// Kept first, and only then taken out of the queue: killed in between, the same letters come again and are known.
async fn collect(core: &Core) -> anyhow::Result<usize> {
    let dead = core.queue.dead_letters(TOGETHER).await?;
    let found = dead.letters.len();
    if found > 0 {
        core.store.keep_letters(&dead.letters).await?;
    }
    dead.kept().await?;
    Ok(found)
}
