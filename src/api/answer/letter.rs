//! Dead letters.

use super::{SAMPLE_ID, Sample, Time};
use crate::queue::{Cause, TaskMessage};
use crate::store::rows::letter::LetterRow;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use utoipa::ToSchema;

/// A message that no worker could read or finish.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Letter<'a> {
    pub id: &'a str,
    /// Of which queue it was, if that is known: `person` or `bulk`.
    #[schema(required)]
    pub lane: Option<&'a str>,
    /// `unreadable` or `returned-too-often`.
    pub cause: &'a str,
    /// What is wrong with it.
    pub error: String,
    #[schema(required)]
    pub task_id: Option<String>,
    #[schema(required)]
    pub repository_id: Option<i64>,
    pub body: LetterBody,
    /// Bytes of the whole body; `body` is the beginning of a long one.
    pub size: i64,
    pub died_at: Time,
    #[schema(required)]
    pub retried_at: Option<Time>,
}

/// Text as it is, other bytes in base64.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "encoding", content = "data")]
pub(in crate::api) enum LetterBody {
    #[serde(rename = "utf-8")]
    Text(String),
    #[serde(rename = "base64")]
    Bytes(String),
}

impl LetterBody {
    fn of(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Bytes(STANDARD.encode(bytes)),
        }
    }
}

impl<'a> Letter<'a> {
    pub(in crate::api) fn of(row: &'a LetterRow) -> Self {
        let message = TaskMessage::decode(&row.body);
        let error = match &message {
            Err(_) if !row.is_whole() => "longer than any message of this program".to_owned(),
            Err(error) => error.to_string(),
            Ok(_) => "workers took it, and none said that it was done".to_owned(),
        };
        let message = message.ok();
        Self {
            id: &row.id,
            lane: row.lane.as_deref(),
            cause: &row.cause,
            error,
            task_id: message.as_ref().map(|message| message.task.as_str().to_owned()),
            repository_id: message.as_ref().map(|message| message.repository.0),
            body: LetterBody::of(&row.body),
            size: row.size,
            died_at: Time(row.died_at),
            retried_at: row.retried_at.map(Time),
        }
    }
}

impl Sample for Letter<'static> {
    fn sample() -> Self {
        let body = format!(r#"{{"v":1,"task":"{SAMPLE_ID}","repository":1}}"#);
        Self {
            id: "0f3c2b1a09f8e7d6a7f8d9e6c5b4a392",
            lane: Some("bulk"),
            cause: Cause::ReturnedTooOften.as_str(),
            error: "workers took it, and none said that it was done".to_owned(),
            task_id: Some(SAMPLE_ID.to_owned()),
            repository_id: Some(1),
            size: i64::try_from(body.len()).unwrap_or_default(),
            body: LetterBody::Text(body),
            died_at: Time::sample(),
            retried_at: None,
        }
    }
}
