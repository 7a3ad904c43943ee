//! The queue of a single process: two bounded lanes in memory.
//!
//! In: bodies by lane. Out: bodies, each with a hold that settles it. Nothing here outlives the process, and nothing needs to:
//! at the next start the sweeper fills the lanes from `sync_queue`.

use super::dead::{DeadLetter, DeadLetters, Hold as AnyGrave};
use super::received::{Hold as AnyHold, Taken, Verdict};
use super::{DELIVERY_LIMIT, Depth, Lane, QueueError};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Messages a lane holds before it refuses more; about 150 bytes each.
const CAPACITY: usize = 100_000;
/// Dead letters that wait to be kept elsewhere; the oldest go first.
const DEAD_KEPT: usize = 1_000;

#[derive(Clone, Debug)]
pub struct Embedded {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    capacity: usize,
    lanes: Mutex<Lanes>,
    /// Told whenever a lane has gained a message.
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Lanes {
    person: VecDeque<Entry>,
    bulk: VecDeque<Entry>,
    dead: VecDeque<DeadLetter>,
}

#[derive(Debug)]
struct Entry {
    body: Vec<u8>,
    /// How often it came back; at [`DELIVERY_LIMIT`] it is buried, as RabbitMQ does.
    returns: u32,
}

/// A message taken out of its lane and not yet settled.
#[derive(Debug)]
pub struct Hold {
    shared: Arc<Shared>,
    lane: Lane,
    entry: Entry,
}

/// Dead letters that somebody has in hand; what is not cleared goes back.
#[derive(Debug)]
pub struct Grave {
    shared: Arc<Shared>,
    letters: Vec<DeadLetter>,
}

impl Embedded {
    pub fn new() -> Self {
        Self::with_capacity(CAPACITY)
    }

    fn with_capacity(capacity: usize) -> Self {
        Self { shared: Arc::new(Shared { capacity, lanes: Mutex::default(), arrived: Notify::new() }) }
    }

    /// Takes what fits; never waits.
    pub fn publish(&self, lane: Lane, bodies: Vec<Vec<u8>>) -> Result<(), QueueError> {
        let mut lanes = self.shared.lock();
        let queue = lanes.of(lane);
        let room = self.shared.capacity.saturating_sub(queue.len());
        let refused = bodies.len().saturating_sub(room);
        queue.extend(bodies.into_iter().take(room).map(|body| Entry { body, returns: 0 }));
        drop(lanes);
        self.shared.arrived.notify_waiters();
        if refused == 0 { Ok(()) } else { Err(QueueError::Full { refused }) }
    }

    /// Waits for a message. Nothing is lost if the caller stops waiting.
    pub(super) async fn next(&self) -> Taken {
        loop {
            // Made before looking, so that an arrival between looking and waiting is heard.
            let arrived = self.shared.arrived.notified();
            if let Some(taken) = self.take() {
                return taken;
            }
            arrived.await;
        }
    }

    fn take(&self) -> Option<Taken> {
        let mut lanes = self.shared.lock();
        let (lane, entry) = Lane::ALL.into_iter().find_map(|lane| Some((lane, lanes.of(lane).pop_front()?)))?;
        let body = entry.body.clone();
        Some(Taken { body, hold: AnyHold::Embedded(Hold { shared: self.shared.clone(), lane, entry }) })
    }

    pub fn depth(&self) -> Depth {
        let lanes = self.shared.lock();
        Depth { person: lanes.person.len(), bulk: lanes.bulk.len() }
    }

    pub fn dead_letters(&self, most: usize) -> DeadLetters {
        let mut lanes = self.shared.lock();
        let some = lanes.dead.len().min(most);
        let letters: Vec<DeadLetter> = lanes.dead.drain(..some).collect();
        let grave = Grave { shared: self.shared.clone(), letters: letters.clone() };
        DeadLetters::new(letters, AnyGrave::Embedded(grave))
    }
}

impl Shared {
    /// A panic cannot leave the lanes half changed, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    fn of(&mut self, lane: Lane) -> &mut VecDeque<Entry> {
        match lane {
            Lane::Person => &mut self.person,
            Lane::Bulk => &mut self.bulk,
        }
    }

    fn bury(&mut self, letter: DeadLetter) {
        if self.dead.len() == DEAD_KEPT {
            self.dead.pop_front();
        }
        self.dead.push_back(letter);
    }
}

impl Grave {
    pub(super) fn clear(mut self) {
        self.letters.clear();
    }
}

impl Drop for Grave {
    fn drop(&mut self) {
        let mut lanes = self.shared.lock();
        for letter in self.letters.drain(..).rev() {
            lanes.dead.push_front(letter);
        }
    }
}

impl Hold {
    pub(super) fn settle(mut self, verdict: Verdict) {
        let mut lanes = self.shared.lock();
        match verdict {
            Verdict::Ack => {}
            Verdict::GiveBack if self.entry.returns < DELIVERY_LIMIT => {
                self.entry.returns += 1;
                // To the end, beyond the capacity if need be: it was inside before.
                lanes.of(self.lane).push_back(self.entry);
                drop(lanes);
                self.shared.arrived.notify_waiters();
            }
            Verdict::GiveBack | Verdict::Bury => lanes.bury(DeadLetter::new(Some(self.lane), self.entry.body)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_lane_takes_what_fits_and_tells_the_rest() {
        let queue = Embedded::with_capacity(2);
        let three = vec![b"a".to_vec(), b"b".to_vec(), b"c".to_vec()];
        assert!(matches!(queue.publish(Lane::Bulk, three), Err(QueueError::Full { refused: 1 })));
        assert_eq!(queue.depth(), Depth { person: 0, bulk: 2 });
        assert!(queue.publish(Lane::Person, vec![b"p".to_vec()]).is_ok(), "the other lane has room of its own");
    }

    #[tokio::test]
    async fn what_comes_back_too_often_is_buried() {
        let queue = Embedded::new();
        queue.publish(Lane::Bulk, vec![b"poison".to_vec()]).unwrap();
        for _ in 0..=DELIVERY_LIMIT {
            queue.next().await.hold.settle(Verdict::GiveBack);
        }
        assert_eq!(queue.depth(), Depth::default());
        assert_eq!(queue.dead_letters(1).letters[0].body, b"poison");
    }
}
