//! The cache of a single process: bounded by bytes, each entry with a lifetime of its own.

use moka::Expiry;
use std::time::{Duration, Instant};
use tokio_util::bytes::Bytes;

/// What an entry costs beside its bytes, roughly.
const OVERHEAD: usize = 128;

#[derive(Clone, Debug)]
pub struct Memory {
    entries: moka::future::Cache<String, Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    value: Bytes,
    lifetime: Duration,
}

impl Memory {
    pub(super) fn new(max_bytes: u64) -> Self {
        let weigh =
            |key: &String, entry: &Entry| u32::try_from(key.len() + entry.value.len() + OVERHEAD).unwrap_or(u32::MAX);
        let entries =
            moka::future::Cache::builder().max_capacity(max_bytes).weigher(weigh).expire_after(OwnLifetime).build();
        Self { entries }
    }

    pub(super) async fn get(&self, key: &str) -> Option<Bytes> {
        self.entries.get(key).await.map(|entry| entry.value)
    }

    pub(super) async fn put(&self, key: String, value: Bytes, lifetime: Duration) {
        self.entries.insert(key, Entry { value, lifetime }).await;
    }
}

struct OwnLifetime;

impl Expiry<String, Entry> for OwnLifetime {
    fn expire_after_create(&self, _: &String, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.lifetime)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_entry_has_its_own_lifetime() {
        let cache = Memory::new(1_000_000);
        cache.put("short".to_owned(), Bytes::from("1"), Duration::from_millis(50)).await;
        cache.put("long".to_owned(), Bytes::from("2"), Duration::from_secs(60)).await;
        assert_eq!(cache.get("short").await, Some(Bytes::from("1")));
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(cache.get("short").await, None);
        assert_eq!(cache.get("long").await, Some(Bytes::from("2")));
    }

    #[tokio::test]
    async fn it_grows_no_larger_than_told() {
        let cache = Memory::new(100_000);
        for number in 0..1_000 {
            cache.put(number.to_string(), Bytes::from(vec![0; 1_000]), Duration::from_secs(60)).await;
        }
        cache.entries.run_pending_tasks().await;
        assert!(cache.entries.weighted_size() <= 100_000);
    }
}
