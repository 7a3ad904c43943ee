//! The names and the properties of the queues in the broker.

use crate::queue::{DELIVERY_LIMIT, Depth, Lane};
use lapin::Channel;
use lapin::options::QueueDeclareOptions;
use lapin::types::{AMQPValue, FieldTable};

/// Letters kept in the dead-letter queue; the oldest go first.
const DEAD_KEPT: i32 = 10_000;

/// `{prefix}.person`, `{prefix}.bulk`, `{prefix}.dead`, and the exchange `{prefix}.notices`.
#[derive(Clone, Debug)]
pub(super) struct Topology {
    prefix: String,
}

impl Topology {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    pub(super) fn lane(&self, lane: Lane) -> String {
        format!("{}.{}", self.prefix, lane.as_str())
    }

    pub(super) fn dead(&self) -> String {
        format!("{}.dead", self.prefix)
    }

    pub(super) fn notices(&self) -> String {
        format!("{}.notices", self.prefix)
    }

    /// Makes what is missing; what is there stays as it is. The answers tell how many messages wait.
    pub(super) async fn declare(&self, channel: &Channel) -> lapin::Result<Depth> {
        // First, so that no letter dies before it has a grave.
        declare(channel, self.dead(), grave()).await?;
        Ok(Depth {
            person: declare(channel, self.lane(Lane::Person), self.lane_properties()).await?,
            bulk: declare(channel, self.lane(Lane::Bulk), self.lane_properties()).await?,
        })
    }

    fn lane_properties(&self) -> FieldTable {
        let mut properties = FieldTable::default();
        properties.insert("x-queue-type".into(), text("quorum"));
        properties.insert("x-delivery-limit".into(), AMQPValue::LongUInt(DELIVERY_LIMIT));
        // The exchange without a name leads to the queue named by the key.
        properties.insert("x-dead-letter-exchange".into(), text(""));
        properties.insert("x-dead-letter-routing-key".into(), text(&self.dead()));
        properties
    }
}

/// A classic queue: in a quorum queue each look at the letters would count as a failed delivery.
fn grave() -> FieldTable {
    let mut properties = FieldTable::default();
    properties.insert("x-queue-type".into(), text("classic"));
    properties.insert("x-max-length".into(), AMQPValue::LongInt(DEAD_KEPT));
    properties
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

/// Returns how many messages wait in it.
async fn declare(channel: &Channel, name: String, properties: FieldTable) -> lapin::Result<usize> {
    let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
    let queue = channel.queue_declare(name.into(), durable, properties).await?;
    Ok(usize::try_from(queue.message_count()).unwrap_or(usize::MAX))
}
