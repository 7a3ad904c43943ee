//! Which cache.

use super::variables::Variables;
use crate::cache::CacheConfig;

/// Bytes that the cache in process may hold.
const MEMORY: u64 = 64 * 1024 * 1024;

/// `REDIS_URL`
pub(super) fn read(variables: &mut Variables<'_>) -> CacheConfig {
    let prefix = variables.text("DOTCURSOR_QUEUE_PREFIX").unwrap_or_else(|| "dotcursor".to_owned());
    let mend = "Expected is redis://host:port/number or rediss://…, or nothing for the cache in process";
    variables.parsed("REDIS_URL", mend, CacheConfig::Memory { max_bytes: MEMORY }, |text| {
        let url = url::Url::parse(text).ok()?;
        matches!(url.scheme(), "redis" | "rediss" | "redis+unix" | "unix")
            .then(|| CacheConfig::Redis { url: text.into(), prefix: prefix.clone() })
    })
}
