//! A message in hand. It is settled exactly once: settling takes it away, and what is dropped unsettled goes back.

use super::{TaskMessage, embedded, rabbit};

/// What becomes of a message in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Done: never again.
    Ack,
    /// To another consumer, or to this one later.
    GiveBack,
    /// To the dead-letter queue.
    Bury,
}

/// The back end's side of a message in hand.
#[derive(Debug)]
pub(super) enum Hold {
    Embedded(embedded::Hold),
    Rabbit(rabbit::Hold),
}

impl Hold {
    pub(super) fn settle(self, verdict: Verdict) {
        match self {
            Self::Embedded(hold) => hold.settle(verdict),
            Self::Rabbit(hold) => hold.settle(verdict),
        }
    }
}

/// What a back end hands to [`super::Consumer`]: bytes, not yet read.
#[derive(Debug)]
pub(super) struct Taken {
    pub body: Vec<u8>,
    pub hold: Hold,
}

/// A message in hand. Dropping it (an early return, a panic) gives it back.
#[derive(Debug)]
pub struct Received {
    pub message: TaskMessage,
    /// `None` once it is settled.
    hold: Option<Hold>,
}

impl Received {
    pub(super) fn new(message: TaskMessage, hold: Hold) -> Self {
        Self { message, hold: Some(hold) }
    }

    /// To be called after the commit that finished the task. That the broker may be gone by now is no error: the message
    /// will come again and find its row deleted.
    pub fn ack(mut self) {
        self.settle(Verdict::Ack);
    }

    /// Not done: somebody else may have it.
    pub fn give_back(mut self) {
        self.settle(Verdict::GiveBack);
    }

    fn settle(&mut self, verdict: Verdict) {
        if let Some(hold) = self.hold.take() {
            hold.settle(verdict);
        }
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        self.settle(Verdict::GiveBack);
    }
}
