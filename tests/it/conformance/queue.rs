//! What both queues promise: at least once, two lanes, and nothing in hand is ever lost.

use super::announcements;
use dotcursor::model::{RepositoryId, TaskId};
use dotcursor::queue::{Cause, Consumer, DeadLetter, Depth, Lane, Queue, QueueConfig, Received, TaskMessage};
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Long enough for anything that should happen.
pub const SOON: Duration = Duration::from_secs(20);
/// Long enough to believe that nothing happens.
pub const A_WHILE: Duration = Duration::from_millis(300);
const NO_TIME: Duration = Duration::ZERO;

#[tokio::test]
async fn embedded() {
    conform(|| Queue::new(&QueueConfig::Embedded).unwrap()).await;
}

/// Each case has a queue of its own.
pub async fn conform(fresh: impl Fn() -> Queue) {
    what_is_acked_never_comes_again(fresh()).await;
    thousands_are_published_at_once(fresh()).await;
    a_batch_is_no_larger_than_asked(fresh()).await;
    a_person_overtakes_an_import(fresh()).await;
    what_is_given_back_comes_again(fresh()).await;
    what_is_dropped_comes_again(fresh()).await;
    a_dropped_consumer_leaves_all_to_others(fresh()).await;
    a_closed_consumer_leaves_all_to_others(fresh()).await;
    who_stops_waiting_loses_nothing(fresh()).await;
    many_consumers_share_the_work(fresh()).await;
    what_comes_back_too_often_is_buried(fresh()).await;
    #[cfg(feature = "hold")]
    what_cannot_be_read_is_buried(fresh()).await;
    announcements::are_heard_once(&fresh()).await;
}

async fn what_is_acked_never_comes_again(queue: Queue) {
    queue.ping().await.unwrap();
    let sent = publish(&queue, Lane::Bulk, 3).await;
    let mut consumer = queue.consumer();
    assert_eq!(ack_all(take(&mut consumer, 3).await), sent);
    assert_nothing_comes(&mut consumer).await;
    consumer.close().await;
    assert_nothing_comes(&mut queue.consumer()).await;
    assert_depth(&queue, 0, 0).await;
}

async fn thousands_are_published_at_once(queue: Queue) {
    let sent = publish(&queue, Lane::Bulk, 3_000).await;
    publish(&queue, Lane::Person, 2).await;
    assert_depth(&queue, 2, 3_000).await;
    let mut consumer = queue.consumer();
    let mut received = HashSet::new();
    while received.len() < 3_002 {
        received.extend(ack_all(take(&mut consumer, 1).await));
    }
    assert!(received.is_superset(&sent));
    assert_depth(&queue, 0, 0).await;
}

async fn a_batch_is_no_larger_than_asked(queue: Queue) {
    publish(&queue, Lane::Bulk, 10).await;
    let mut consumer = queue.consumer();
    let first = consumer.next_batch(4, SOON).await;
    assert_eq!(first.len(), 4, "it waits for a full batch while more may come");
    let before = Instant::now();
    let rest = consumer.next_batch(100, A_WHILE).await;
    assert_eq!(rest.len(), 6, "it takes what there is when the time is over");
    assert!(before.elapsed() < SOON);
}

async fn a_person_overtakes_an_import(queue: Queue) {
    publish(&queue, Lane::Bulk, 200).await;
    let mut consumer = queue.consumer();
    ack_all(take(&mut consumer, 1).await);
    let mut wanted = publish(&queue, Lane::Person, 3).await;
    let mut bulk = 1;
    while !wanted.is_empty() {
        for task in ack_all(consumer.next_batch(1, NO_TIME).await) {
            bulk += usize::from(!wanted.remove(&task));
        }
        sleep(Duration::from_millis(5)).await;
    }
    assert!(bulk < 100, "{bulk} messages of the import came before");
}

async fn what_is_given_back_comes_again(queue: Queue) {
    let sent = publish(&queue, Lane::Person, 2).await;
    let mut consumer = queue.consumer();
    for received in take(&mut consumer, 2).await {
        received.give_back();
    }
    assert_eq!(ack_all(take(&mut consumer, 2).await), sent);
    assert_nothing_comes(&mut consumer).await;
}

async fn what_is_dropped_comes_again(queue: Queue) {
    let sent = publish(&queue, Lane::Bulk, 2).await;
    let mut consumer = queue.consumer();
    drop(take(&mut consumer, 2).await);
    assert_eq!(ack_all(take(&mut consumer, 2).await), sent);
}

async fn a_dropped_consumer_leaves_all_to_others(queue: Queue) {
    let sent = publish(&queue, Lane::Bulk, 20).await;
    let mut first = queue.consumer();
    let in_hand = take(&mut first, 5).await;
    drop(first);
    drop(in_hand);
    assert_eq!(ack_all(take(&mut queue.consumer(), 20).await), sent);
}

async fn a_closed_consumer_leaves_all_to_others(queue: Queue) {
    let sent = publish(&queue, Lane::Bulk, 20).await;
    let mut first = queue.consumer();
    let done = ack_all(take(&mut first, 5).await);
    first.close().await;
    let mut rest = ack_all(take(&mut queue.consumer(), 15).await);
    assert!(rest.is_disjoint(&done), "what was acked before closing stays acked");
    rest.extend(done);
    assert_eq!(rest, sent);
}

async fn who_stops_waiting_loses_nothing(queue: Queue) {
    let sent = publish(&queue, Lane::Bulk, 5).await;
    let mut consumer = queue.consumer();
    assert!(timeout(A_WHILE, consumer.next_batch(100, SOON)).await.is_err(), "it lingers for more");
    assert_eq!(ack_all(take(&mut consumer, 5).await), sent);
}

async fn many_consumers_share_the_work(queue: Queue) {
    const CONSUMERS: usize = 4;
    let mut working = Vec::new();
    for _ in 0..CONSUMERS {
        let mut consumer = queue.consumer();
        working.push(tokio::spawn(async move {
            let mut tasks = Vec::new();
            while let Ok(batch) = timeout(2 * A_WHILE, consumer.next_batch(5, NO_TIME)).await {
                tasks.extend(ack_all(batch));
                sleep(Duration::from_millis(5)).await;
            }
            tasks
        }));
    }
    sleep(A_WHILE).await;
    let sent = publish(&queue, Lane::Bulk, 200).await;
    let mut all = Vec::new();
    for work in working {
        let tasks = work.await.unwrap();
        assert!(!tasks.is_empty(), "one had nothing to do");
        all.extend(tasks);
    }
    assert_eq!(all.len(), 200, "none came twice");
    assert_eq!(all.into_iter().collect::<HashSet<_>>(), sent);
}

async fn what_comes_back_too_often_is_buried(queue: Queue) {
    publish(&queue, Lane::Bulk, 1).await;
    let mut consumer = queue.consumer();
    while let Ok(batch) = timeout(2 * A_WHILE, consumer.next_batch(1, NO_TIME)).await {
        batch.into_iter().for_each(Received::give_back);
    }
    let buried = assert_buried(&queue, 1).await;
    assert_eq!(buried[0].cause, Cause::ReturnedTooOften);
    assert_depth(&queue, 0, 0).await;
}

#[cfg(feature = "hold")]
async fn what_cannot_be_read_is_buried(queue: Queue) {
    let garbage = b"\xff\x00 no message".to_vec();
    queue.publish_raw(Lane::Bulk, garbage.clone()).await.unwrap();
    queue.publish_raw(Lane::Bulk, br#"{"v":99,"task":"t","repository":1}"#.to_vec()).await.unwrap();
    let sent = publish(&queue, Lane::Bulk, 2).await;
    let mut consumer = queue.consumer();
    assert_eq!(ack_all(take(&mut consumer, 2).await), sent);
    let buried = assert_buried(&queue, 2).await;
    assert!(buried.iter().any(|letter| letter.body == garbage));
    assert!(buried.iter().all(|letter| letter.cause == Cause::Unreadable && letter.lane == Some(Lane::Bulk)));
    // What was looked at and not kept is there again.
    assert_buried(&queue, 2).await;
    queue.dead_letters(1).await.unwrap().kept().await.unwrap();
    assert_buried(&queue, 1).await;
}

pub fn messages(count: usize) -> Vec<TaskMessage> {
    (0..count).map(|_| TaskMessage::new(TaskId::generate(), RepositoryId::new(1))).collect()
}

pub async fn publish(queue: &Queue, lane: Lane, count: usize) -> HashSet<TaskId> {
    let messages = messages(count);
    queue.publish(lane, &messages).await.unwrap();
    messages.into_iter().map(|message| message.task).collect()
}

/// Exactly `count` messages, in as many batches as it takes.
pub async fn take(consumer: &mut Consumer, count: usize) -> Vec<Received> {
    let mut taken = Vec::new();
    while taken.len() < count {
        let batch = timeout(SOON, consumer.next_batch(count - taken.len(), NO_TIME)).await;
        taken.extend(batch.unwrap_or_else(|_| panic!("only {} of {count} messages came", taken.len())));
    }
    taken
}

pub fn ack_all(received: Vec<Received>) -> HashSet<TaskId> {
    let tasks = received.iter().map(|received| received.message.task.clone()).collect();
    received.into_iter().for_each(Received::ack);
    tasks
}

async fn assert_nothing_comes(consumer: &mut Consumer) {
    assert!(timeout(A_WHILE, consumer.next_batch(1, NO_TIME)).await.is_err(), "a message came");
}

/// The broker counts with some delay.
async fn assert_depth(queue: &Queue, person: usize, bulk: usize) {
    let reached = async {
        while queue.depth().await.unwrap() != (Depth { person, bulk }) {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(SOON, reached).await.unwrap_or_else(|_| panic!("the depth is not {person} and {bulk}"));
}

/// Looks, and leaves them where they are.
async fn assert_buried(queue: &Queue, count: usize) -> Vec<DeadLetter> {
    let reached = async {
        loop {
            let letters = queue.dead_letters(100).await.unwrap().letters.clone();
            if letters.len() == count {
                return letters;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(SOON, reached).await.unwrap_or_else(|_| panic!("there are not {count} dead letters"))
}
