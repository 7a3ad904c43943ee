//! Takes dead letters out of their queue.

use super::link::{Link, in_time};
use super::topology::Topology;
use crate::queue::dead::{DeadLetter, DeadLetters, Hold};
use crate::queue::{Lane, QueueError};
use chrono::{DateTime, NaiveDateTime};
use lapin::message::BasicGetMessage;
use lapin::options::{BasicAckOptions, BasicGetOptions};
use lapin::types::{AMQPValue, FieldTable, ShortString};
use lapin::{BasicProperties, Channel};

/// The letters that came through a channel. What is not acknowledged goes back when the channel closes.
#[derive(Debug)]
pub struct Grave {
    channel: Channel,
    /// The number of the last one.
    last: Option<u64>,
}

impl Grave {
    pub(in crate::queue) async fn clear(self) -> Result<(), QueueError> {
        if let Some(last) = self.last {
            in_time(self.channel.basic_ack(last, BasicAckOptions { multiple: true })).await?;
        }
        in_time(self.channel.close(200, "done".into())).await
    }
}

/// The oldest letters, up to `most`.
pub(super) async fn open(link: &Link, topology: &Topology, most: usize) -> Result<DeadLetters, QueueError> {
    let channel = link.channel().await?;
    in_time(topology.declare(&channel)).await?;
    let (mut letters, mut last) = (Vec::new(), None);
    while letters.len() < most {
        let get = channel.basic_get(topology.dead().into(), BasicGetOptions::default());
        let Some(got) = in_time(get).await? else {
            break;
        };
        last = Some(got.delivery.delivery_tag);
        letters.push(letter(topology, got));
    }
    Ok(DeadLetters::new(letters, Hold::Rabbit(Grave { channel, last })))
}

fn letter(topology: &Topology, got: BasicGetMessage) -> DeadLetter {
    let death = first_death(&got.delivery.properties);
    let lane = death.as_ref().and_then(|death| text(death, "queue")).and_then(|queue| lane(topology, &queue));
    let letter = DeadLetter::new(lane, got.delivery.data);
    // The broker's word for when it died stays the same if the letter is taken out a second time.
    match death.as_ref().and_then(died_at) {
        Some(died_at) => DeadLetter { died_at, ..letter },
        None => letter,
    }
}

/// What RabbitMQ wrote on it when it moved it here.
fn first_death(properties: &BasicProperties) -> Option<FieldTable> {
    let headers = properties.headers().as_ref()?;
    match headers.inner().get(&ShortString::from("x-death"))? {
        AMQPValue::FieldArray(deaths) => match deaths.as_slice().first()? {
            AMQPValue::FieldTable(death) => Some(death.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn text(death: &FieldTable, field: &str) -> Option<String> {
    match death.inner().get(&ShortString::from(field))? {
        AMQPValue::LongString(text) => Some(String::from_utf8_lossy(text.as_bytes()).into_owned()),
        _ => None,
    }
}

fn lane(topology: &Topology, queue: &str) -> Option<Lane> {
    Lane::ALL.into_iter().find(|lane| topology.lane(*lane) == queue)
}

fn died_at(death: &FieldTable) -> Option<NaiveDateTime> {
    match death.inner().get(&ShortString::from("time"))? {
        AMQPValue::Timestamp(seconds) => Some(DateTime::from_timestamp(i64::try_from(*seconds).ok()?, 0)?.naive_utc()),
        _ => None,
    }
}
