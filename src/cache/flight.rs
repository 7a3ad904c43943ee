//! Single flight: of those who want the same thing at the same time, one fetches it and the others get a copy.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is being fetched in this process.
#[derive(Debug)]
pub(super) struct Flights<K, V> {
    under_way: Mutex<HashMap<K, Outcome<V>>>,
}

/// The first to lock it fetches; who locks it later finds what came of that.
type Outcome<V> = Arc<tokio::sync::Mutex<Fetched<V>>>;

#[derive(Debug)]
enum Fetched<V> {
    NotYet,
    Got(V),
    /// Then everybody tries alone: waiting for one failure after another would take too long.
    Failed,
}

/// Leaves the map when the last one who waits is gone, however that happens.
struct Seat<'a, K: Eq + Hash, V> {
    flights: &'a Flights<K, V>,
    key: K,
    outcome: Outcome<V>,
}

impl<K: Eq + Hash + Clone, V: Clone> Flights<K, V> {
    pub(super) fn new() -> Self {
        Self { under_way: Mutex::default() }
    }

    /// Runs `fetch`, unless somebody else does for the same key.
    pub(super) async fn share<E>(&self, key: K, fetch: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        let seat = self.seat(key);
        let mut fetched = seat.outcome.lock().await;
        match &*fetched {
            Fetched::Got(value) => return Ok(value.clone()),
            Fetched::NotYet => {}
            Fetched::Failed => {
                drop(fetched);
                return fetch.await;
            }
        }
        let result = fetch.await;
        *fetched = result.as_ref().map_or(Fetched::Failed, |value| Fetched::Got(value.clone()));
        result
    }

    fn seat(&self, key: K) -> Seat<'_, K, V> {
        let not_yet = || Arc::new(tokio::sync::Mutex::new(Fetched::NotYet));
        let outcome = self.lock().entry(key.clone()).or_insert_with(not_yet).clone();
        Seat { flights: self, key, outcome }
    }
}

impl<K, V> Flights<K, V> {
    /// A panic cannot leave the map half changed.
    fn lock(&self) -> MutexGuard<'_, HashMap<K, Outcome<V>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash, V> Drop for Seat<'_, K, V> {
    fn drop(&mut self) {
        let mut under_way = self.flights.lock();
        // The map's and ours. Copies are made only under the map's lock, so nobody is just sitting down.
        if Arc::strong_count(&self.outcome) == 2 {
            under_way.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::time::{Instant, sleep, timeout};

    async fn slow(count: &AtomicUsize, result: Result<u8, &'static str>) -> Result<u8, &'static str> {
        count.fetch_add(1, Ordering::SeqCst);
        sleep(Duration::from_secs(1)).await;
        result
    }

    #[tokio::test(start_paused = true)]
    async fn one_fetches_for_all() {
        let (flights, count) = (Flights::new(), AtomicUsize::new(0));
        let all = (0..10).map(|_| flights.share("key", slow(&count, Ok(7))));
        assert_eq!(futures::future::join_all(all).await, vec![Ok(7); 10]);
        assert_eq!(count.load(Ordering::SeqCst), 1);
        assert!(flights.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_not_queued_for() {
        let (flights, count) = (Flights::new(), AtomicUsize::new(0));
        let before = Instant::now();
        let all = (0..10).map(|_| flights.share("key", slow(&count, Err("away"))));
        assert_eq!(futures::future::join_all(all).await, vec![Err("away"); 10]);
        assert_eq!(before.elapsed().as_secs(), 2, "one, then all others at once");
        assert!(flights.lock().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_leaves_it_to_the_next() {
        let (flights, count) = (Flights::new(), AtomicUsize::new(0));
        let impatient = timeout(Duration::from_millis(500), flights.share("key", slow(&count, Ok(7))));
        let patient = flights.share("key", slow(&count, Ok(8)));
        let (first, second) = tokio::join!(impatient, patient);
        assert!(first.is_err());
        assert_eq!(second, Ok(8));
        assert!(flights.lock().is_empty());
    }
}
