//! The cache that all instances share. It helps while it is there; nobody waits for it and nobody fails with it.
//!
//! After any failure it is left alone for a second, and connections are made in the background: what is asked meanwhile is
//! simply not in the cache.

use super::CacheError;
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError, RedisResult};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::bytes::Bytes;

/// Longer than this, and asking the database would have been faster.
const ANSWER: Duration = Duration::from_millis(100);
/// Nobody waits for it.
const CONNECT: Duration = Duration::from_secs(5);
/// How long it is left alone after a failure.
const REST: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub struct Redis {
    client: Client,
    prefix: String,
    line: Arc<Mutex<Line>>,
}

enum Line {
    Up(MultiplexedConnection),
    Connecting,
    /// Since when; never tried yet if `None`.
    Down(Option<Instant>),
}

impl Redis {
    pub(super) fn new(url: &SecretString, prefix: &str) -> Result<Self, CacheError> {
        let client = Client::open(url.expose_secret()).map_err(|error| CacheError::Url(error.to_string()))?;
        Ok(Self { client, prefix: prefix.to_owned(), line: Arc::new(Mutex::new(Line::Down(None))) })
    }

    pub(super) async fn get(&self, key: &str) -> Result<Option<Bytes>, CacheError> {
        let mut get = redis::cmd("GET");
        get.arg(self.full(key));
        Ok(self.ask::<Option<Vec<u8>>>(&get).await?.map(Bytes::from))
    }

    pub(super) async fn put(&self, key: &str, value: &[u8], lifetime: Duration) -> Result<(), CacheError> {
        let mut set = redis::cmd("SET");
        let milliseconds = u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX);
        set.arg(self.full(key)).arg(value).arg("PX").arg(milliseconds);
        self.ask(&set).await
    }

    pub(super) async fn ping(&self) -> Result<(), CacheError> {
        self.ask(&redis::cmd("PING")).await
    }

    fn full(&self, key: &str) -> String {
        format!("{}:{key}", self.prefix)
    }

    async fn ask<T: redis::FromRedisValue>(&self, command: &redis::Cmd) -> Result<T, CacheError> {
        let mut connection = self.connection().ok_or(CacheError::Away)?;
        let answer = command.query_async(&mut connection).await;
        Ok(answer.inspect_err(|error| self.hang_up(error))?)
    }

    /// Of many that fail together, the first one does this.
    fn hang_up(&self, error: &RedisError) {
        let mut line = self.lock();
        if matches!(*line, Line::Up(_)) {
            tracing::warn!(%error, "cache: Redis failed and is left alone for a moment");
            *line = Line::Down(Some(Instant::now()));
        }
    }

    /// The connection, if there is one; if not, one is made for those who ask later.
    fn connection(&self) -> Option<MultiplexedConnection> {
        let mut line = self.lock();
        match &*line {
            Line::Up(connection) => return Some(connection.clone()),
            Line::Connecting => return None,
            Line::Down(Some(since)) if since.elapsed() < REST => return None,
            Line::Down(_) => *line = Line::Connecting,
        }
        drop(line);
        tokio::spawn(self.clone().connect());
        None
    }

    async fn connect(self) {
        let connected = self.try_connect().await;
        *self.lock() = match connected {
            Ok(connection) => Line::Up(connection),
            Err(error) => {
                tracing::debug!(%error, "cache: Redis cannot be reached");
                Line::Down(Some(Instant::now()))
            }
        };
    }

    async fn try_connect(&self) -> RedisResult<MultiplexedConnection> {
        let config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(Some(ANSWER));
        self.client.get_multiplexed_async_connection_with_config(&config).await
    }

    /// A panic cannot leave the line half changed.
    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Not derived: the client knows the password.
impl fmt::Debug for Redis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redis").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> Option<String> {
        Redis::new(&url.into(), "test").err().map(|error| error.to_string())
    }

    #[test]
    fn a_wrong_url_is_told_without_its_password() {
        let told = refusal("http://user:secret@localhost").unwrap();
        assert!(told.contains("REDIS_URL") && !told.contains("secret"), "{told}");
        assert_eq!(refusal("redis://:secret@localhost:6379/1"), None);
        assert_eq!(refusal("rediss://localhost"), None);
    }
}
