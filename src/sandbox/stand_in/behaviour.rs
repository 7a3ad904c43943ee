//! What goes wrong on demand, and what was asked so far.

use super::StandIn;
use crate::sandbox::state::{Calls, CheckRun, Misbehaviour, Quota, Resource};
use chrono::TimeDelta;

impl StandIn {
    /// From now on, beside what else goes wrong already; the oldest strikes first.
    pub fn misbehave(&self, misbehaviour: Misbehaviour) {
        self.hub.state().misbehaviour.push(misbehaviour);
    }

    /// Nothing goes wrong any more, and every quota is whole again.
    pub fn behave(&self) {
        let mut state = self.hub.state();
        state.misbehaviour.clear();
        state.quotas.clear();
    }

    /// GitHub's clock is so far ahead of this machine's.
    pub fn set_clock(&self, ahead: TimeDelta) {
        self.hub.state().clock = ahead;
    }

    /// The tokens that are out answer 401 from now on.
    pub fn expire_tokens(&self) {
        self.hub.state().tokens.clear();
    }

    /// The REST and the GraphQL allowance of an installation.
    pub fn set_quota(&self, installation: i64, quota: Quota) {
        let mut state = self.hub.state();
        for resource in [Resource::Core, Resource::GraphQl] {
            state.quotas.insert((Some(installation), resource), quota);
        }
    }

    pub fn calls(&self) -> Calls {
        self.hub.state().calls.clone()
    }

    pub fn reset_calls(&self) {
        self.hub.state().calls = Calls::default();
    }

    /// What the App reported of a repository, oldest first.
    pub fn check_runs(&self, repository: i64) -> Vec<CheckRun> {
        let state = self.hub.state();
        state.check_runs.values().filter(|run| run.repository == repository).cloned().collect()
    }
}
