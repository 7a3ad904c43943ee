//! A queue that the broker lists and does not serve.
//!
//! RabbitMQ 3.10 writes the first term of a new quorum queue down half a second after it said that the queue is there.
//! Killed before that, it starts again with a queue that has no leader and elects none: declaring it succeeds, consuming
//! from it and publishing to it are never answered. Deleting it helps, and loses nothing: the rows in `sync_queue` are the
//! truth, and the sweeper publishes again what was in it.

use super::link::{Link, in_time};
use super::topology::Topology;
use crate::queue::QueueError;
use lapin::options::{BasicConsumeOptions, QueueDeleteOptions};
use lapin::types::FieldTable;
use std::time::Duration;
use tokio::time::timeout;

/// The broker gives up asking for a leader after five seconds, and deletes then.
const DELETION: Duration = Duration::from_secs(15);

/// Deletes the queue and makes it anew, unless it answers when it is asked once more.
///
/// Over a connection of its own: the channel that asked is stuck in the broker, and would hold back what comes after.
pub(super) async fn mend(link: &Link, topology: &Topology, queue: &str) -> Result<(), QueueError> {
    let apart = link.apart("mending");
    if is_served(&apart, queue).await? {
        return Ok(());
    }
    tracing::warn!(queue, "queue: RabbitMQ lists it and does not serve it; it is deleted and made anew");
    let channel = apart.channel().await?;
    let deleting = channel.queue_delete(queue.into(), QueueDeleteOptions::default());
    match timeout(DELETION, deleting).await {
        Ok(deleted) => deleted.map(drop)?,
        Err(_) => return Err(QueueError::Unserved { queue: queue.to_owned() }),
    }
    in_time(topology.declare(&channel)).await.map(drop)
}

/// Whether the queue takes a consumer.
async fn is_served(link: &Link, queue: &str) -> Result<bool, QueueError> {
    let channel = link.channel().await?;
    let consuming =
        channel.basic_consume(queue.into(), "".into(), BasicConsumeOptions::default(), FieldTable::default());
    match in_time(consuming).await {
        Ok(_) => Ok(true),
        Err(QueueError::NoAnswer { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}
