//! Answers kept so that they need not be made again.
//!
//! In: a key that names everything its value was made from, and a way to make it. Out: the value. Invalidation is a higher
//! revision in the key ([`Revisions`]), so there is nothing to delete and nothing that could be forgotten. A cache that is
//! away, full or emptied makes readers slower, never wrong and never fail.

mod error;
mod flight;
mod key;
mod memory;
mod redis;
mod revisions;

pub use error::CacheError;
pub use key::CacheKey;
pub use revisions::Revisions;

use self::redis::Redis;
use flight::Flights;
use memory::Memory;
use metrics::counter;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::bytes::Bytes;

/// Larger values are made anew each time: they would push out everything else. Bytes.
const LARGEST: usize = 1024 * 1024;

/// Which cache to use, with what it needs.
#[derive(Clone, Debug)]
pub enum CacheConfig {
    Memory {
        max_bytes: u64,
    },
    /// `prefix` begins all keys, so that several set-ups can share a Redis.
    Redis {
        url: SecretString,
        prefix: String,
    },
}

/// The cache of this process. Clones share it.
#[derive(Clone, Debug)]
pub struct Cache {
    store: Store,
    flights: Arc<Flights<String, Bytes>>,
}

#[derive(Clone, Debug)]
enum Store {
    Memory(Memory),
    Redis(Redis),
}

/// What came of looking; a label of metrics.
#[derive(Debug)]
enum Found {
    Hit(Bytes),
    Miss,
    Error,
}

impl Cache {
    /// Only looks at the configuration: a Redis that is away is connected to when it is back.
    pub fn new(config: &CacheConfig) -> Result<Self, CacheError> {
        let store = match config {
            CacheConfig::Memory { max_bytes } => Store::Memory(Memory::new(*max_bytes)),
            CacheConfig::Redis { url, prefix } => Store::Redis(Redis::new(url, prefix)?),
        };
        Ok(Self { store, flights: Arc::new(Flights::new()) })
    }

    pub async fn get(&self, key: &CacheKey) -> Option<Bytes> {
        let found = self.look(&key.text()).await;
        counter!("dotcursor_cache_requests_total", "kind" => key.kind(), "outcome" => found.outcome()).increment(1);
        found.hit()
    }

    /// Keeps `value` for the lifetime of its kind; a value that is too large, or a cache that is away, keeps nothing.
    pub async fn put(&self, key: &CacheKey, value: Bytes) {
        self.keep(key.text(), value, key.lifetime()).await;
    }

    /// The cached value, or what `load` makes, which is then kept. Of those who ask for the same key at the same time in
    /// this process, one loads. Its failure is told and not kept.
    pub async fn get_or_load<E>(
        &self,
        key: &CacheKey,
        load: impl Future<Output = Result<Bytes, E>>,
    ) -> Result<Bytes, E> {
        if let Some(value) = self.get(key).await {
            return Ok(value);
        }
        let text = key.text();
        let loading = async {
            // Somebody may have loaded it between our look and now.
            if let Some(value) = self.look(&text).await.hit() {
                return Ok(value);
            }
            let value = load.await?;
            self.keep(text.clone(), value.clone(), key.lifetime()).await;
            Ok(value)
        };
        self.flights.share(text.clone(), loading).await
    }

    /// Is the cache there? For `/readyz`, as information: without it everything works, slower.
    pub async fn ping(&self) -> Result<(), CacheError> {
        match &self.store {
            Store::Memory(_) => Ok(()),
            Store::Redis(redis) => redis.ping().await,
        }
    }

    async fn look(&self, key: &str) -> Found {
        let looked = match &self.store {
            Store::Memory(memory) => Ok(memory.get(key).await),
            Store::Redis(redis) => redis.get(key).await,
        };
        match looked {
            Ok(Some(value)) => Found::Hit(value),
            Ok(None) => Found::Miss,
            Err(_) => Found::Error,
        }
    }

    async fn keep(&self, key: String, value: Bytes, lifetime: Duration) {
        if value.len() > LARGEST {
            return;
        }
        match &self.store {
            Store::Memory(memory) => memory.put(key, value, lifetime).await,
            // Whoever looks next misses it; the failure is logged where it happens.
            Store::Redis(redis) => drop(redis.put(&key, &value, lifetime).await),
        }
    }
}

impl Found {
    fn outcome(&self) -> &'static str {
        match self {
            Self::Hit(_) => "hit",
            Self::Miss => "miss",
            Self::Error => "error",
        }
    }

    fn hit(self) -> Option<Bytes> {
        match self {
            Self::Hit(value) => Some(value),
            Self::Miss | Self::Error => None,
        }
    }
}
