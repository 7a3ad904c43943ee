//! Notices over a fanout exchange: each instance has a queue of its own that lives as long as its connection.

use super::Rabbit;
use super::link::{Link, in_time};
use crate::queue::{Notice, QueueError};
use futures::StreamExt;
use lapin::options::{BasicConsumeOptions, BasicPublishOptions, QueueBindOptions};
use lapin::options::{ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::types::{FieldTable, ShortString};
use lapin::{BasicProperties, Channel, ExchangeKind};
use metrics::counter;
use serde_json::json;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc};
use tokio::time::sleep;
use uuid::Uuid;

/// Between attempts to listen.
const PAUSE: Duration = Duration::from_millis(500);

/// The exchange of this set-up, and who we are on it.
#[derive(Clone, Debug)]
pub(in crate::queue) struct Exchange {
    publishing: Link,
    consuming: Link,
    name: ShortString,
    /// Stands in the notices that we send, so that we do not hear ourselves: subscribers here were told at once.
    instance: ShortString,
}

impl Exchange {
    pub(in crate::queue) fn new(rabbit: &Rabbit) -> Self {
        Self {
            publishing: rabbit.publishing.clone(),
            consuming: rabbit.consuming.clone(),
            name: rabbit.topology.notices().into(),
            instance: Uuid::new_v4().to_string().into(),
        }
    }

    async fn open(&self, link: &Link) -> Result<Channel, QueueError> {
        let channel = link.channel().await?;
        let durable = ExchangeDeclareOptions { durable: true, ..ExchangeDeclareOptions::default() };
        let name = self.name.clone();
        in_time(channel.exchange_declare(name, ExchangeKind::Fanout, durable, FieldTable::default())).await?;
        Ok(channel)
    }

    /// Binds a new queue and consumes from it.
    async fn tune_in(&self) -> Result<lapin::Consumer, QueueError> {
        let channel = self.open(&self.consuming).await?;
        let own = QueueDeclareOptions { exclusive: true, auto_delete: true, ..QueueDeclareOptions::default() };
        let queue = in_time(channel.queue_declare("".into(), own, FieldTable::default())).await?.name().clone();
        let (name, bind) = (self.name.clone(), QueueBindOptions::default());
        in_time(channel.queue_bind(queue.clone(), name, "".into(), bind, FieldTable::default())).await?;
        let no_ack = BasicConsumeOptions { no_ack: true, ..BasicConsumeOptions::default() };
        in_time(channel.basic_consume(queue, "".into(), no_ack, FieldTable::default())).await
    }

    async fn send(&self, channel: &Channel, notice: &Notice) -> Result<(), QueueError> {
        let body = json!(notice).to_string().into_bytes();
        let sender = BasicProperties::default().with_app_id(self.instance.clone());
        let options = BasicPublishOptions::default();
        in_time(channel.basic_publish(self.name.clone(), "".into(), options, &body, sender)).await.map(drop)
    }
}

/// Hands on what other instances say, until it is aborted.
pub(in crate::queue) async fn listen(exchange: Exchange, here: broadcast::Sender<Notice>) {
    loop {
        match exchange.tune_in().await {
            Ok(mut consumer) => {
                while let Some(Ok(delivery)) = consumer.next().await {
                    if delivery.properties.app_id().as_ref() != Some(&exchange.instance) {
                        hear(&delivery.data, &here);
                    }
                }
                tracing::warn!("announce: other instances are not heard until RabbitMQ is back");
            }
            Err(error) => tracing::debug!(%error, "announce: cannot listen yet"),
        }
        sleep(PAUSE).await;
    }
}

fn hear(body: &[u8], here: &broadcast::Sender<Notice>) {
    let outcome = match serde_json::from_slice(body) {
        Ok(notice) => {
            // An error says that nobody subscribed.
            let _ = here.send(notice);
            "heard"
        }
        // Written by a version to come, perhaps.
        Err(_) => "unreadable",
    };
    counter!("dotcursor_notices_total", "outcome" => outcome).increment(1);
}

/// Says what this instance has to say. What cannot be sent is dropped: stale news helps nobody.
pub(in crate::queue) async fn speak(exchange: Exchange, mut notices: mpsc::Receiver<Notice>) {
    let mut open = None;
    while let Some(notice) = notices.recv().await {
        let outcome = match say(&exchange, &mut open, &notice).await {
            Ok(()) => "sent",
            Err(error) => {
                tracing::debug!(%error, "announce: a notice was not sent to other instances");
                "dropped"
            }
        };
        counter!("dotcursor_notices_total", "outcome" => outcome).increment(1);
    }
}

async fn say(exchange: &Exchange, open: &mut Option<Channel>, notice: &Notice) -> Result<(), QueueError> {
    let channel = match open.take() {
        Some(channel) if channel.status().connected() => channel,
        _ => exchange.open(&exchange.publishing).await?,
    };
    exchange.send(&channel, notice).await?;
    *open = Some(channel);
    Ok(())
}
