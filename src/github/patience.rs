//! When to stop asking: one bad blob shall not cost the others, a dead GitHub shall not be asked for each of hundreds.

use super::error::GitHubError;

const STRIKES: u32 = 3;

#[derive(Debug, Default)]
pub(super) struct Patience {
    strikes: u32,
    given_up: Option<GitHubError>,
}

impl Patience {
    /// Why nothing more is asked, once it is over.
    pub(super) fn given_up(&self) -> Option<&GitHubError> {
        self.given_up.as_ref()
    }

    /// A call failed that was about one of many.
    pub(super) fn try_with(&mut self, error: &GitHubError) {
        let unavailable = matches!(error, GitHubError::Unavailable { .. });
        self.strikes += u32::from(unavailable);
        if error.concerns_every_call() || (unavailable && self.strikes >= STRIKES) {
            self.give_up(error);
        }
    }

    /// A call failed in a way that all others would.
    pub(super) fn give_up(&mut self, error: &GitHubError) {
        self.given_up.get_or_insert_with(|| error.clone());
    }
}
