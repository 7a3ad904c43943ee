//! Between plan and parse: one message a file, on two lanes.
//!
//! In: the ids of tasks whose rows were committed. Out: the same ids, at least once, in no promised order, to one of many
//! workers. Losing every message loses nothing but time, because the rows in `sync_queue` are the truth and a sweeper
//! publishes again what stayed out too long. The same guarantees hold in process and over RabbitMQ.

mod announce;
mod consumer;
mod dead;
mod embedded;
mod error;
mod message;
mod rabbit;
mod received;

pub use announce::{Announcer, Notice};
pub use consumer::Consumer;
pub use dead::{Cause, DeadLetter, DeadLetters};
pub use error::QueueError;
pub use message::{DecodeError, Lane, TaskMessage};
pub use received::Received;

use consumer::Source;
use embedded::Embedded;
use metrics::gauge;
use rabbit::Rabbit;
use secrecy::SecretString;

/// How often a message may come back unsettled before it is taken for one that kills its workers.
const DELIVERY_LIMIT: u32 = 20;

/// Which queue to use, with what it needs.
#[derive(Clone, Debug)]
pub enum QueueConfig {
    Embedded,
    /// `prefix` begins the names of all queues and exchanges, so that several set-ups can share a broker.
    Rabbit {
        url: SecretString,
        prefix: String,
    },
}

/// The queue of this process. Clones share it.
#[derive(Clone, Debug)]
pub enum Queue {
    Embedded(Embedded),
    Rabbit(Rabbit),
}

/// Messages that wait for a consumer, those in hand not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depth {
    pub person: usize,
    pub bulk: usize,
}

impl Queue {
    /// Only looks at the configuration: a broker that is away is connected to when it is back.
    pub fn new(config: &QueueConfig) -> Result<Self, QueueError> {
        Ok(match config {
            QueueConfig::Embedded => Self::Embedded(Embedded::new()),
            QueueConfig::Rabbit { url, prefix } => Self::Rabbit(Rabbit::new(url, prefix)?),
        })
    }

    /// Returns when all messages are safe in the queue. After an error some may not be there (and some may be there
    /// twice): the sweeper's business, not the caller's.
    pub async fn publish(&self, lane: Lane, messages: &[TaskMessage]) -> Result<(), QueueError> {
        self.publish_bodies(lane, messages.iter().map(TaskMessage::encode).collect()).await
    }

    /// Publishes bytes that need not be a message.
    #[cfg(any(test, feature = "hold"))]
    pub async fn publish_raw(&self, lane: Lane, body: Vec<u8>) -> Result<(), QueueError> {
        self.publish_bodies(lane, vec![body]).await
    }

    async fn publish_bodies(&self, lane: Lane, bodies: Vec<Vec<u8>>) -> Result<(), QueueError> {
        match self {
            Self::Embedded(queue) => queue.publish(lane, bodies),
            Self::Rabbit(queue) => queue.publish(lane, bodies).await,
        }
    }

    /// One more taker of messages.
    pub fn consumer(&self) -> Consumer {
        Consumer::new(match self {
            Self::Embedded(queue) => Source::Embedded(queue.clone()),
            Self::Rabbit(queue) => Source::Rabbit(Box::new(queue.consumer())),
        })
    }

    /// Also sets the gauge `dotcursor_queue_depth`.
    pub async fn depth(&self) -> Result<Depth, QueueError> {
        let depth = match self {
            Self::Embedded(queue) => queue.depth(),
            Self::Rabbit(queue) => queue.depth().await?,
        };
        gauge!("dotcursor_queue_depth", "lane" => Lane::Person.as_str()).set(depth.person as f64);
        gauge!("dotcursor_queue_depth", "lane" => Lane::Bulk.as_str()).set(depth.bulk as f64);
        Ok(depth)
    }

    /// What could not be read, or came back too often: the oldest of them, up to `most`.
    pub async fn dead_letters(&self, most: usize) -> Result<DeadLetters, QueueError> {
        match self {
            Self::Embedded(queue) => Ok(queue.dead_letters(most)),
            Self::Rabbit(queue) => queue.dead_letters(most).await,
        }
    }

    /// Is the queue there? For `/readyz`.
    pub async fn ping(&self) -> Result<(), QueueError> {
        match self {
            Self::Embedded(_) => Ok(()),
            Self::Rabbit(queue) => queue.depth().await.map(drop),
        }
    }
}
