//! Takes messages from both lanes over one channel, and opens another channel whenever that one ends.
//!
//! And when it stays silent: if a queue is deleted and made again at once, RabbitMQ 3.10 goes on as if it delivered to the
//! channel, counts the messages as ours, and delivers none. A new channel every so often costs nothing when there is no work.

use super::link::{Link, in_time};
use super::mend::mend;
use super::topology::Topology;
use crate::queue::received::{Hold as AnyHold, Taken, Verdict};
use crate::queue::{Lane, QueueError};
use futures::StreamExt;
use lapin::Acker;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Channel, message::Delivery};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Unsettled messages that the broker lets a consumer have, of each lane.
const PREFETCH: u16 = 256;
/// Between attempts to open a channel.
const PAUSE: Duration = Duration::from_millis(500);
/// After so much silence the channel is replaced.
const SILENCE: Duration = Duration::from_secs(10);
/// For the settlements under way when a consumer is closed.
const LAST_WORDS: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub struct Consumer {
    link: Link,
    topology: Topology,
    open: Option<Open>,
    /// Told in the log already, so that an outage makes two lines and not two a second.
    away: bool,
}

/// A channel that messages come through, for as long as it lasts.
#[derive(Debug)]
struct Open {
    person: lapin::Consumer,
    bulk: lapin::Consumer,
    orders: UnboundedSender<Order>,
    settler: JoinHandle<()>,
    /// Since the last message.
    silent_since: Instant,
}

/// What a channel has to tell.
enum News {
    Message(Taken),
    Silence,
    /// The channel or one of its two queues is gone.
    End,
}

#[derive(Debug)]
enum Order {
    Settle(Acker, Verdict),
    /// The broker gives everything unsettled to others.
    Close,
}

/// A message in hand. Bound to the channel that it came through: settled later than that ended, it settles nothing.
#[derive(Debug)]
pub struct Hold {
    acker: Acker,
    orders: UnboundedSender<Order>,
}

impl Hold {
    pub(in crate::queue) fn settle(self, verdict: Verdict) {
        // Nobody listens once the channel is gone; then the broker has given the message to somebody else.
        let _ = self.orders.send(Order::Settle(self.acker, verdict));
    }
}

impl Consumer {
    pub(super) fn new(link: Link, topology: Topology) -> Self {
        Self { link, topology, open: None, away: false }
    }

    /// Waits for a message, and for the broker if need be. Nothing is lost if the caller stops waiting.
    pub(in crate::queue) async fn next(&mut self) -> Taken {
        loop {
            let Some(open) = &mut self.open else {
                self.reopen().await;
                continue;
            };
            match open.next().await {
                News::Message(taken) => return taken,
                News::Silence if open.holds_out() => {}
                News::Silence | News::End => self.open = None,
            }
        }
    }

    async fn reopen(&mut self) {
        match Open::new(&self.link, &self.topology).await {
            Ok(open) => {
                if std::mem::take(&mut self.away) {
                    tracing::info!("queue: consuming again");
                }
                self.open = Some(open);
            }
            Err(error) => {
                if !std::mem::replace(&mut self.away, true) {
                    tracing::warn!(%error, "queue: cannot consume; trying again until it works");
                }
                self.mend(error).await;
                sleep(PAUSE).await;
            }
        }
    }

    /// What only we can mend.
    async fn mend(&self, error: QueueError) {
        let QueueError::Unserved { queue } = error else { return };
        if let Err(error) = mend(&self.link, &self.topology, &queue).await {
            tracing::warn!(%error, queue, "queue: not mended yet");
        }
    }

    pub(in crate::queue) async fn close(mut self) {
        if let Some(open) = self.open.take() {
            open.close().await;
        }
    }
}

impl Open {
    async fn new(link: &Link, topology: &Topology) -> Result<Self, QueueError> {
        let channel = link.channel().await?;
        in_time(topology.declare(&channel)).await?;
        in_time(channel.basic_qos(PREFETCH, BasicQosOptions::default())).await?;
        let person = consume(&channel, topology.lane(Lane::Person)).await?;
        let bulk = consume(&channel, topology.lane(Lane::Bulk)).await?;
        let (orders, received) = unbounded_channel();
        let settler = tokio::spawn(settle(channel, received));
        Ok(Self { person, bulk, orders, settler, silent_since: Instant::now() })
    }

    async fn next(&mut self) -> News {
        let next = tokio::select! {
            biased;
            next = self.person.next() => next,
            next = self.bulk.next() => next,
            () = sleep_until(self.silent_since + SILENCE) => {
                self.silent_since = Instant::now();
                return News::Silence;
            }
        };
        self.silent_since = Instant::now();
        match next {
            Some(Ok(delivery)) => News::Message(self.hold(delivery)),
            _ => News::End,
        }
    }

    fn hold(&self, delivery: Delivery) -> Taken {
        let hold = Hold { acker: delivery.acker, orders: self.orders.clone() };
        Taken { body: delivery.data, hold: AnyHold::Rabbit(hold) }
    }

    /// Is anything unsettled that came through this channel? Replaced now, it would come again, and its ack be lost.
    fn holds_out(&self) -> bool {
        self.orders.strong_count() > 1
    }

    async fn close(mut self) {
        let _ = self.orders.send(Order::Close);
        if timeout(LAST_WORDS, &mut self.settler).await.is_err() {
            tracing::warn!("queue: the broker did not take the last settlements; their messages will come again");
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.orders.send(Order::Close);
    }
}

async fn consume(channel: &Channel, queue: String) -> Result<lapin::Consumer, QueueError> {
    let tag = "".into();
    let (name, options) = (queue.as_str().into(), BasicConsumeOptions::default());
    in_time(channel.basic_consume(name, tag, options, FieldTable::default())).await.map_err(|error| match error {
        QueueError::NoAnswer { .. } => QueueError::Unserved { queue },
        other => other,
    })
}

/// Carries out what the holders of messages decide, so that they need not wait for the network.
async fn settle(channel: Channel, mut orders: UnboundedReceiver<Order>) {
    while let Some(Order::Settle(acker, verdict)) = orders.recv().await {
        let settled = match verdict {
            Verdict::Ack => acker.ack(BasicAckOptions::default()).await,
            Verdict::GiveBack => acker.nack(BasicNackOptions { requeue: true, multiple: false }).await,
            Verdict::Bury => acker.nack(BasicNackOptions { requeue: false, multiple: false }).await,
        };
        if let Err(error) = settled {
            tracing::debug!(%error, "queue: the channel ended before a message was settled; it will come again");
        }
    }
    // Fails only if it is closed already.
    let _ = channel.close(200, "done".into()).await;
}
