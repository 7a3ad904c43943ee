//! The raw bytes of a request, within bounds of size, time and memory.

use super::refusal::Refusal;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::{Bytes, BytesMut, Payload};
use futures::StreamExt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes. GitHub does not send larger ones.
pub const MAX_BODY: usize = 25 * 1024 * 1024;

/// Bytes from which a body counts as large: it is read only while few others are, and leaves the worker thread free.
pub(super) const LARGE: usize = 256 * 1024;

/// How many large bodies are in memory at once. They come before the signature is known, so a stranger may send them too.
const LARGE_AT_ONCE: usize = 8;

/// How long a body may take to arrive. GitHub itself gives up after 10 seconds (Enterprise Server: 30).
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Reads bodies; shared by all HTTP workers.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    large: Arc<Semaphore>,
}

impl Default for Reader {
    fn default() -> Self {
        Self { large: Arc::new(Semaphore::new(LARGE_AT_ONCE)) }
    }
}

/// A body that was read whole.
#[derive(Debug)]
pub(super) struct Body {
    pub bytes: Bytes,
    /// Kept as long as a large body is in memory.
    _place: Option<OwnedSemaphorePermit>,
}

impl Body {
    pub(super) fn is_large(&self) -> bool {
        self.bytes.len() > LARGE
    }
}

impl Reader {
    /// `announced` is the length that [`announced`] returned; the body may turn out longer or shorter.
    pub(super) async fn read(&self, payload: Payload, announced: usize) -> Result<Body, Refusal> {
        let gathered = self.gather(payload, announced.min(LARGE));
        tokio::time::timeout(PATIENCE, gathered).await.map_err(|_| Refusal::TooSlow)?
    }

    async fn gather(&self, mut payload: Payload, expected: usize) -> Result<Body, Refusal> {
        let mut bytes = BytesMut::with_capacity(expected);
        let mut place = None;
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error| Refusal::BrokeOff(error.to_string()))?;
            let length = bytes.len() + chunk.len();
            if length > MAX_BODY {
                return Err(Refusal::TooLarge);
            }
            if length > LARGE && place.is_none() {
                place = self.large.clone().acquire_owned().await.ok();
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Body { bytes: bytes.freeze(), _place: place })
    }
}

/// What `Content-Length` says, 0 if it is missing (a chunked body): so that nothing of a body is read that is too large.
pub(super) fn announced(headers: &HeaderMap) -> Result<usize, Refusal> {
    let Some(header) = headers.get(CONTENT_LENGTH) else {
        return Ok(0);
    };
    // The HTTP server has refused what is not a number; one that is too large for this machine is too large.
    match header.to_str().map(str::parse) {
        Ok(Ok(length)) if length <= MAX_BODY => Ok(length),
        _ => Err(Refusal::TooLarge),
    }
}
