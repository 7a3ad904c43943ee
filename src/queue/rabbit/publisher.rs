//! Puts messages into one lane, and returns when the broker has confirmed all of them.

use super::link::{Link, in_time};
use super::topology::Topology;
use crate::queue::{Lane, QueueError};
use futures::future::try_join_all;
use lapin::Confirmation;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Channel};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Messages sent before their confirms are awaited.
const WINDOW: usize = 512;
/// AMQP's number for "write it to disk".
const PERSISTENT: u8 = 2;

#[derive(Clone, Debug)]
pub(super) struct Publisher {
    link: Link,
    topology: Topology,
    lane: Lane,
    /// The channel of the last success. Taken out while in use, so that a caller who stops waiting leaves none half used.
    channel: Arc<Mutex<Option<Channel>>>,
}

impl Publisher {
    pub(super) fn new(link: Link, topology: Topology, lane: Lane) -> Self {
        Self { link, topology, lane, channel: Arc::default() }
    }

    /// One caller at a time, so that a message that is sent back is known to be of this call.
    pub(super) async fn publish(&self, bodies: &[Vec<u8>]) -> Result<(), QueueError> {
        let mut slot = self.channel.lock().await;
        for window in bodies.chunks(WINDOW) {
            match self.publish_window(&mut slot, window).await {
                // The connection had died unnoticed, or the queue was gone: both are mended by opening anew, once.
                Err(QueueError::Broker(_) | QueueError::Unconfirmed(_)) => {
                    self.publish_window(&mut slot, window).await?;
                }
                other => other?,
            }
        }
        Ok(())
    }

    async fn publish_window(&self, slot: &mut Option<Channel>, window: &[Vec<u8>]) -> Result<(), QueueError> {
        let channel = match slot.take() {
            Some(channel) if channel.status().connected() => channel,
            _ => self.open().await?,
        };
        let unconfirmed = in_time(self.send(&channel, window)).await?;
        if unconfirmed > 0 {
            return Err(QueueError::Unconfirmed(unconfirmed));
        }
        *slot = Some(channel);
        Ok(())
    }

    async fn open(&self) -> Result<Channel, QueueError> {
        let channel = self.link.channel().await?;
        in_time(self.topology.declare(&channel)).await?;
        in_time(channel.confirm_select(ConfirmSelectOptions::default())).await?;
        Ok(channel)
    }

    /// Returns how many the broker refused or sent back.
    async fn send(&self, channel: &Channel, window: &[Vec<u8>]) -> lapin::Result<usize> {
        let queue = self.topology.lane(self.lane);
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let properties = BasicProperties::default().with_delivery_mode(PERSISTENT);
        let mut confirms = Vec::with_capacity(window.len());
        for body in window {
            let publish =
                channel.basic_publish("".into(), queue.as_str().into(), options, body, properties.clone()).await?;
            confirms.push(publish);
        }
        let confirmed = try_join_all(confirms).await?;
        Ok(confirmed.iter().filter(|confirmation| !matches!(confirmation, Confirmation::Ack(None))).count())
    }
}
