//! The queue over RabbitMQ: a quorum queue for each lane, and one for what is dead.
//!
//! Every connection, channel and queue is made when it is needed and made again when it is gone, so that a broker that was
//! restarted, killed or wiped is no different from one that is new. lapin's own recovery is left off: it gives acks of the
//! old connection to the new one, where the same numbers mean other messages.

mod consumer;
mod grave;
mod link;
mod mend;
mod notices;
mod publisher;
mod topology;

pub(super) use consumer::{Consumer, Hold};
pub(super) use grave::Grave;
pub(super) use notices::{Exchange, listen, speak};

use super::{DeadLetters, Depth, Lane, QueueError};
use link::{Link, in_time};
use publisher::Publisher;
use secrecy::{ExposeSecret, SecretString};
use topology::Topology;

#[derive(Clone, Debug)]
pub struct Rabbit {
    /// Apart from `consuming`: a broker short of memory stops reading from connections that publish, and the acks that
    /// would relieve it must not wait behind that.
    publishing: Link,
    consuming: Link,
    topology: Topology,
    /// One each, so that what a person asked for never waits for the confirms of an import.
    person: Publisher,
    bulk: Publisher,
}

impl Rabbit {
    pub(super) fn new(url: &SecretString, prefix: &str) -> Result<Self, QueueError> {
        let publishing = Link::new(url.expose_secret(), "publishing")?;
        let consuming = Link::new(url.expose_secret(), "consuming")?;
        let topology = Topology::new(prefix);
        let publisher = |lane| Publisher::new(publishing.clone(), topology.clone(), lane);
        Ok(Self { person: publisher(Lane::Person), bulk: publisher(Lane::Bulk), publishing, consuming, topology })
    }

    pub(super) async fn publish(&self, lane: Lane, bodies: Vec<Vec<u8>>) -> Result<(), QueueError> {
        match lane {
            Lane::Person => self.person.publish(&bodies).await,
            Lane::Bulk => self.bulk.publish(&bodies).await,
        }
    }

    pub(super) fn consumer(&self) -> Consumer {
        Consumer::new(self.consuming.clone(), self.topology.clone())
    }

    /// Declares the queues on the way: the answer to a declaration tells the depth.
    pub(super) async fn depth(&self) -> Result<Depth, QueueError> {
        let channel = self.consuming.channel().await?;
        in_time(self.topology.declare(&channel)).await
    }

    pub(super) async fn dead_letters(&self, most: usize) -> Result<DeadLetters, QueueError> {
        grave::open(&self.consuming, &self.topology, most).await
    }
}
