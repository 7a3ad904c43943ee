//! Takes messages out of the queue, in batches, the person lane first.

use super::received::{Hold, Received, Taken, Verdict};
use super::{Embedded, TaskMessage, rabbit};
use metrics::counter;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// One taker. Any number of them share the work.
#[derive(Debug)]
pub struct Consumer {
    source: Source,
    /// Taken for the batch under way; kept here so that a caller who stops waiting loses nothing.
    gathered: Vec<Received>,
}

#[derive(Debug)]
pub(super) enum Source {
    Embedded(Embedded),
    Rabbit(Box<rabbit::Consumer>),
}

impl Consumer {
    pub(super) fn new(source: Source) -> Self {
        Self { source, gathered: Vec::new() }
    }

    /// Waits, as long as it takes, for one message; then takes more, up to `max`, for no longer than `linger`.
    /// Outages of the broker are waited out in here. May be cancelled at any time.
    pub async fn next_batch(&mut self, max: usize, linger: Duration) -> Vec<Received> {
        while self.gathered.is_empty() {
            self.gather().await;
        }
        let until = Instant::now() + linger;
        while self.gathered.len() < max && timeout_at(until, self.gather()).await.is_ok() {}
        std::mem::take(&mut self.gathered)
    }

    /// Gives back everything that is in hand here; what the caller holds goes back too, unless it was settled before.
    pub async fn close(self) {
        let Self { source, gathered } = self;
        drop(gathered);
        match source {
            Source::Embedded(_) => {}
            Source::Rabbit(consumer) => consumer.close().await,
        }
    }

    async fn gather(&mut self) {
        let Taken { body, hold } = match &mut self.source {
            Source::Embedded(queue) => queue.next().await,
            Source::Rabbit(consumer) => consumer.next().await,
        };
        self.gathered.extend(read(&body, hold));
    }
}

/// What cannot be read is buried: no later attempt would read it either.
fn read(body: &[u8], hold: Hold) -> Option<Received> {
    match TaskMessage::decode(body) {
        Ok(message) => Some(Received::new(message, hold)),
        Err(error) => {
            tracing::warn!(%error, bytes = body.len(), "queue: a message cannot be read and goes to the dead letters");
            counter!("dotcursor_queue_dead_letters_total").increment(1);
            hold.settle(Verdict::Bury);
            None
        }
    }
}
