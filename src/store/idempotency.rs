//! Requests that carry a key of their sender's: each is done once, and what it was answered is kept for a day.

use super::{Store, StoreError};
use chrono::TimeDelta;
use serde_json::Value;

/// How long an answer is kept.
pub(crate) const KEPT: TimeDelta = TimeDelta::hours(24);
/// How long a request holds its key without a sign of life. One that died with its process holds it no longer.
pub(crate) const LEASE: TimeDelta = TimeDelta::seconds(30);

/// Whose key it is, and for which request it is used.
#[derive(Clone, Debug)]
pub struct Claim {
    pub bearer: String,
    pub key: String,
    /// A digest of all that the request asks for.
    pub request: String,
    /// Tells this try from others with the same key.
    pub attempt: String,
}

/// What a key stands for when a request comes with it.
#[derive(Clone, Debug)]
pub enum Claimed {
    /// Nothing so far, or what died: it is this request's now.
    Free,
    /// The same request is being answered.
    Running,
    /// Another request.
    Other,
    Answered(StoredAnswer),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    pub status: u16,
    /// Names and values.
    pub headers: Value,
    pub body: Vec<u8>,
}

impl Store {
    pub async fn claim_key(&self, claim: &Claim) -> Result<Claimed, StoreError> {
        commit!(self, idempotency::claim(claim))
    }

    /// The request is still being answered. False if it lost its key meanwhile.
    pub async fn renew_key(&self, claim: &Claim) -> Result<bool, StoreError> {
        commit!(self, idempotency::renew(claim))
    }

    /// Keeps the answer.
    pub async fn answer_key(&self, claim: &Claim, answer: &StoredAnswer) -> Result<(), StoreError> {
        commit!(self, idempotency::answer(claim, answer))
    }

    /// Nothing was done: the key is free again.
    pub async fn release_key(&self, claim: &Claim) -> Result<(), StoreError> {
        commit!(self, idempotency::release(claim))
    }
}
