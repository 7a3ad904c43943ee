//! The queue over RabbitMQ: the common promises, and what outages do to it.

use super::announcements;
use super::queue::{self, A_WHILE, SOON, ack_all, messages, publish, take};
use crate::support::private::{Kind, PrivateServer};
use crate::support::services;
use crate::support::wait::eventually;
use dotcursor::queue::{Announcer, Lane, Queue, QueueConfig};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

#[tokio::test]
async fn rabbit() {
    let url = services::amqp_url();
    queue::conform(|| rabbit_queue(&url)).await;
    deleted_queues_come_back(&url).await;
    announcements::instances_hear_each_other(&rabbit_queue(&url)).await;
}

/// RabbitMQ 3.10 writes down that a quorum queue exists half a second after it said so.
const NEW_QUEUE: Duration = Duration::from_secs(2);

fn rabbit_queue(url: &str) -> Queue {
    rabbit_queue_named(url, &services::unique_name())
}

fn rabbit_queue_named(url: &str, prefix: &str) -> Queue {
    Queue::new(&QueueConfig::Rabbit { url: url.into(), prefix: prefix.to_owned() }).unwrap()
}

async fn deleted_queues_come_back(url: &str) {
    let prefix = services::unique_name();
    let queue = rabbit_queue_named(url, &prefix);
    let mut consumer = queue.consumer();
    publish(&queue, Lane::Bulk, 1).await;
    let in_hand = take(&mut consumer, 1).await;
    let connection = lapin::Connection::connect(url, lapin::ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    for name in ["person", "bulk", "dead"] {
        channel.queue_delete(format!("{prefix}.{name}").into(), Default::default()).await.unwrap();
    }
    let sent = publish(&queue, Lane::Bulk, 5).await;
    ack_all(in_hand);
    assert_eq!(ack_all(take(&mut consumer, 5).await), sent);
}

#[tokio::test]
async fn an_absent_broker_is_an_error_and_no_hang() {
    // The port of a listener that is gone.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let queue = rabbit_queue(&format!("amqp://127.0.0.1:{port}"));
    let before = Instant::now();
    assert!(queue.publish(Lane::Bulk, &messages(1)).await.is_err());
    assert!(queue.ping().await.is_err());
    assert!(before.elapsed() < Duration::from_secs(2));
}

/// Kills the broker while messages are waiting and in hand.
#[tokio::test]
async fn a_killed_broker_loses_nothing() {
    let server = PrivateServer::start(Kind::Rabbitmq).await;
    let queue = rabbit_queue(server.url());
    let (one, other) = (Announcer::new(&queue), Announcer::new(&queue));
    announcements::assert_heard(&one, &other).await;
    let mut consumer = queue.consumer();
    let mut sent = publish(&queue, Lane::Bulk, 50).await;
    let mut in_hand = take(&mut consumer, 10).await;
    let done = ack_all(in_hand.split_off(5));
    sleep(NEW_QUEUE).await;
    server.crash().await;
    ack_all(in_hand);
    let refused = timeout(SOON, queue.publish(Lane::Person, &messages(1))).await.expect("no hang");
    assert!(refused.is_err());
    server.start_again().await;
    while queue.ping().await.is_err() {
        sleep(A_WHILE).await;
    }
    sent.extend(publish(&queue, Lane::Person, 3).await);
    let mut received = done;
    while received != sent {
        // What the dead connection had brought already may come twice.
        received.extend(ack_all(take(&mut consumer, 1).await));
        assert!(received.is_subset(&sent));
    }
    announcements::assert_heard(&one, &other).await;
}

/// Then the broker lists its queues and serves none of them.
#[tokio::test]
async fn queues_killed_in_their_first_moments_are_made_anew() {
    let server = PrivateServer::start(Kind::Rabbitmq).await;
    let queue = rabbit_queue(server.url());
    queue.ping().await.unwrap();
    server.crash().await;
    server.start_again().await;
    let mut consumer = queue.consumer();
    let taking = tokio::spawn(async move {
        let mut lanes = 0;
        while lanes < 2 {
            let received = consumer.next_batch(1, SOON).await;
            lanes += received.len();
            ack_all(received);
        }
    });
    for lane in [Lane::Person, Lane::Bulk] {
        eventually("a message to be taken", async || {
            queue.publish(lane, &messages(1)).await.map_err(|error| error.to_string())
        })
        .await;
    }
    taking.await.unwrap();
}
