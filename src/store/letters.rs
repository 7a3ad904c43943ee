//! Dead letters, kept where people can look at them.

use super::catalog::Page;
use super::rows::letter::LetterRow;
use super::{Store, StoreError};
use crate::model::Actor;
use crate::queue::{DeadLetter, Lane};
use sha2::{Digest, Sha256};

/// Messages of ours have 150 bytes.
const BODY_KEPT: usize = 4096;

impl LetterRow {
    fn of(letter: &DeadLetter) -> Self {
        Self {
            id: id(letter),
            lane: letter.lane.map(|lane| lane.as_str().to_owned()),
            cause: letter.cause.as_str().to_owned(),
            body: letter.body.iter().take(BODY_KEPT).copied().collect(),
            size: i64::try_from(letter.body.len()).unwrap_or(i64::MAX),
            died_at: letter.died_at,
            retried_at: None,
        }
    }

    /// Whether `body` is all of it.
    pub fn is_whole(&self) -> bool {
        usize::try_from(self.size).is_ok_and(|size| size == self.body.len())
    }
}

/// The same for a letter that comes twice because whoever kept it could not tell the queue any more.
fn id(letter: &DeadLetter) -> String {
    let lane = letter.lane.map_or("", Lane::as_str);
    let about = format!("{lane}\n{}\n{}\n", letter.cause.as_str(), letter.died_at.and_utc().timestamp_micros());
    let digest = Sha256::new().chain_update(about).chain_update(&letter.body).finalize();
    hex::encode(&digest[..16])
}

impl Store {
    /// One that is here already is not kept again.
    pub async fn keep_letters(&self, letters: &[DeadLetter]) -> Result<(), StoreError> {
        let rows: Vec<LetterRow> = letters.iter().map(LetterRow::of).collect();
        commit!(self, letters::keep(&rows))
    }

    /// Those that died last come first.
    pub async fn letters(&self, page: Page) -> Result<(Vec<LetterRow>, i64), StoreError> {
        snapshot!(self, letters::list(page))
    }

    pub async fn letter(&self, id: &str) -> Result<Option<LetterRow>, StoreError> {
        read!(self, letters::find(id))
    }

    /// Notes that it was published again; returns how it is now.
    pub async fn letter_retried(&self, id: &str, by: &Actor) -> Result<Option<LetterRow>, StoreError> {
        commit!(self, letters::retried(id, by))
    }
}
