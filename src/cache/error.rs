//! Why a cache cannot be used. Only its configuration and `/readyz` get to see this; readers are served without it.

#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    #[error("REDIS_URL cannot be used: {0}. Expected is redis://user:password@host:port/database, or rediss://")]
    Url(String),
    #[error("Redis is not connected")]
    Away,
    #[error("Redis failed: {0}")]
    Redis(#[from] redis::RedisError),
}
