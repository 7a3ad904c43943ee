//! What the broker carries: ids and a version, never content.

use crate::model::{RepositoryId, TaskId};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// The format that this program writes, and the only one that it reads.
const VERSION: u8 = 1;

/// One message a file. The row in `sync_queue` says what is to be done; a message whose row is gone is dropped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskMessage {
    /// Version of this format: 1.
    pub v: u8,
    pub task: TaskId,
    pub repository: RepositoryId,
}

/// Why a body is no message of ours. The body itself is never told: nobody knows what is in it.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("not the JSON of a task message ({category:?} error at column {column})")]
    NotJson { category: serde_json::error::Category, column: usize },
    #[error("version {0} of the task message, this program reads version {VERSION}")]
    Version(u8),
}

impl TaskMessage {
    pub fn new(task: TaskId, repository: RepositoryId) -> Self {
        Self { v: VERSION, task, repository }
    }

    /// The body as the broker carries it.
    pub fn encode(&self) -> Vec<u8> {
        json!(self).to_string().into_bytes()
    }

    pub fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let message: Self = serde_json::from_slice(body)
            .map_err(|error| DecodeError::NotJson { category: error.classify(), column: error.column() })?;
        if message.v == VERSION { Ok(message) } else { Err(DecodeError::Version(message.v)) }
    }
}

/// Which of the two queues: what a person asked for never waits behind an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    #[default]
    Person,
    Bulk,
}

impl Lane {
    /// In the order in which consumers serve them.
    pub const ALL: [Self; 2] = [Self::Person, Self::Bulk];

    /// The end of a queue's name, and the label of metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Bulk => "bulk",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_comes_back_as_it_was() {
        let message = TaskMessage::new(TaskId::generate(), RepositoryId::new(7));
        let body = message.encode();
        assert_eq!(TaskMessage::decode(&body).unwrap(), message);
    }

    #[test]
    fn other_versions_and_other_bytes_are_refused() {
        let newer = br#"{"v":2,"task":"t","repository":7}"#;
        assert!(matches!(TaskMessage::decode(newer), Err(DecodeError::Version(2))));
        assert!(matches!(TaskMessage::decode(b"\xff\x00"), Err(DecodeError::NotJson { .. })));
        assert!(matches!(TaskMessage::decode(b"{}"), Err(DecodeError::NotJson { .. })));
    }
}
