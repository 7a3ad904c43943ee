//! cache
use secrecy::SecretString;
#[derive(Clone, Debug)]
pub enum CacheConfig {
    Memory { max_bytes: u64 },
    Redis { url: SecretString, prefix: String },
}
