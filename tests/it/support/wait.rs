//! Waiting for a state instead of for a time.

use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(60);
const EVERY: Duration = Duration::from_millis(10);

/// Asks until the answer is `Ok`; panics with the last `Err` when that takes a minute.
pub async fn eventually<T>(what: &str, ask: impl AsyncFnMut() -> Result<T, String>) -> T {
    eventually_within(DEADLINE, what, ask).await
}

/// The same for what may take longer.
pub async fn eventually_within<T>(
    deadline: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Result<T, String>,
) -> T {
    let begun = Instant::now();
    loop {
        match ask().await {
            Ok(value) => return value,
            Err(last) if begun.elapsed() > deadline => panic!("waited in vain for {what}; last seen: {last}"),
            Err(_) => tokio::time::sleep(EVERY).await,
        }
    }
}
