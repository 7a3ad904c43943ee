//! Has processes know of each other what GitHub told them of installations' calls. A process that asks nothing writes nothing.

use super::core::Core;
use crate::store::StoreError;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing::warn;

const EVERY: Duration = Duration::from_secs(1);

/// Shares until it is told to stop, and once more then.
pub async fn run(core: Arc<Core>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
        if let Err(error) = share(&core).await {
            warn!(%error, "other processes do not know of the calls that were made");
        }
    }
}

async fn share(core: &Core) -> Result<(), StoreError> {
    let changed = core.github.changed_quotas();
    if !changed.is_empty() {
        core.github.learn_quotas(core.store.share_quotas(&changed).await?);
    }
    Ok(())
}
