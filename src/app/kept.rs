//! A loop that panics is begun again: one push that nobody thought of must not end the service for all others.

use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tracing::error;

/// What panics at once again does not fill the log.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs what `begin` makes until it ends by itself, or until `stop` after a panic. Every panic is logged (and told to Sentry)
/// by the hook of the process, and counted.
pub async fn kept<F: Future<Output = ()>>(name: &'static str, stop: CancellationToken, begin: impl Fn() -> F) {
    while AssertUnwindSafe(begin()).catch_unwind().await.is_err() {
        error!(name, "a loop panicked and is begun again");
        metrics::counter!("dotcursor_loops_restarted_total", "loop" => name).increment(1);
        if stop.run_until_cancelled(tokio::time::sleep(PAUSE)).await.is_none() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(start_paused = true)]
    async fn what_panics_is_begun_again_until_it_ends_well() {
        let begun = AtomicUsize::new(0);
        kept("test", CancellationToken::new(), async || {
            assert!(begun.fetch_add(1, Ordering::Relaxed) == 2, "not this time");
        })
        .await;
        assert_eq!(begun.into_inner(), 3);
    }
}
