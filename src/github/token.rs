//! The live token of one installation: minted by one of those who need it while the others wait, and renewed in time.

use super::error::GitHubError;
use chrono::{DateTime, TimeDelta, Utc};
use octocrab::Octocrab;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Mutex;

/// A token with less than this left is not begun with.
const RENEWED_BEFORE: TimeDelta = TimeDelta::minutes(5);

/// A client that is signed in with a token.
#[derive(Clone, Debug)]
pub(super) struct SignedIn {
    pub(super) client: Octocrab,
    pub(super) expires_at: DateTime<Utc>,
}

/// A sign-in and its number, so that one which GitHub refused is not taken for its successor.
#[derive(Clone, Debug)]
pub(super) struct Numbered {
    pub(super) number: u64,
    pub(super) signed_in: SignedIn,
}

#[derive(Debug, Default)]
pub(super) struct TokenCell {
    /// Counts attempts to mint. Read before waiting, it tells whether somebody tried in the meantime.
    attempts: AtomicU64,
    last: Mutex<Option<Result<Numbered, GitHubError>>>,
}

impl TokenCell {
    /// The live sign-in, other than the `refused` one. `mint` is awaited by one caller at a time; those who waited for
    /// an attempt share its outcome, a failure too: a dead GitHub is asked once, not once for each of them.
    pub(super) async fn get(
        &self,
        refused: Option<u64>,
        mint: impl Future<Output = Result<SignedIn, GitHubError>>,
    ) -> Result<Numbered, GitHubError> {
        let seen = self.attempts.load(Ordering::Acquire);
        let mut last = self.last.lock().await;
        let tried_meanwhile = self.attempts.load(Ordering::Acquire) != seen;
        match &*last {
            Some(Ok(live)) if Some(live.number) != refused && live.signed_in.is_fresh() => return Ok(live.clone()),
            Some(Err(error)) if tried_meanwhile => return Err(error.clone()),
            _ => {}
        }
        let minted = mint.await;
        let number = self.attempts.fetch_add(1, Ordering::AcqRel) + 1;
        let outcome = minted.map(|signed_in| Numbered { number, signed_in });
        *last = Some(outcome.clone());
        outcome
    }
}

impl SignedIn {
    fn is_fresh(&self) -> bool {
        self.expires_at - Utc::now() > RENEWED_BEFORE
    }
}
