//! Messages that no worker will see again: taken out of the queue by whoever keeps them for people to look at.

use super::{Lane, QueueError, TaskMessage, embedded, rabbit};
use crate::model::time::now;
use chrono::NaiveDateTime;

/// A message that is dead, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Of which lane it was, if that is known.
    pub lane: Option<Lane>,
    pub cause: Cause,
    pub body: Vec<u8>,
    pub died_at: NaiveDateTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It is no message of this version, and not one that an older one could have meant.
    Unreadable,
    /// No worker ever said that it was done.
    ReturnedTooOften,
}

impl Cause {
    /// As rows and JSON hold it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::ReturnedTooOften => "returned-too-often",
        }
    }
}

impl DeadLetter {
    /// One that dies now. The body says by itself whether it could be read.
    pub(super) fn new(lane: Option<Lane>, body: Vec<u8>) -> Self {
        let cause = if TaskMessage::decode(&body).is_ok() { Cause::ReturnedTooOften } else { Cause::Unreadable };
        Self { lane, cause, body, died_at: now() }
    }
}

/// Dead letters in hand. They leave the queue when they are kept; dropped before that, they go back.
#[derive(Debug)]
pub struct DeadLetters {
    pub letters: Vec<DeadLetter>,
    hold: Hold,
}

#[derive(Debug)]
pub(super) enum Hold {
    Embedded(embedded::Grave),
    Rabbit(rabbit::Grave),
}

impl DeadLetters {
    pub(super) fn new(letters: Vec<DeadLetter>, hold: Hold) -> Self {
        Self { letters, hold }
    }

    /// They are safe elsewhere. After an error they may come again.
    pub async fn kept(self) -> Result<(), QueueError> {
        match self.hold {
            Hold::Embedded(grave) => {
                grave.clear();
                Ok(())
            }
            Hold::Rabbit(grave) => grave.clear().await,
        }
    }
}
