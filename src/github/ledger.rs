//! What is known of each installation's calls, and whether one more is asked. A call that GitHub would refuse, or that would
//! take what is kept for people, is not sent: the caller is told until when.

use super::call::{Answer, Call, Resource};
use super::error::GitHubError;
use super::refusal::{LONGEST_WAIT, UNTOLD_WAIT};
use super::urgency::Urgency;
use crate::model::time::now;
use crate::model::{Allowance, InstallationId, Points, Quota};
use chrono::{DateTime, NaiveDateTime};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Calls of one installation that this process has under way. GitHub takes a hundred at once, of all processes together.
const AT_ONCE: usize = 40;

/// The accounts of all installations that were asked for.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<HashMap<InstallationId, Arc<Account>>>);

#[derive(Debug)]
pub(super) struct Account {
    places: Semaphore,
    known: Mutex<Known>,
}

#[derive(Debug)]
struct Known {
    core: Option<Allowance>,
    graphql: Option<Allowance>,
    blocked_until: Option<NaiveDateTime>,
    /// How often in a row there were too many calls at once.
    strikes: u32,
    /// Of all processes, as far as they told.
    points: Points,
    /// The part of it that the others do not know of.
    untold: Points,
    changed: bool,
}

impl Ledger {
    pub(super) fn account(&self, installation: InstallationId) -> Arc<Account> {
        self.accounts().entry(installation).or_default().clone()
    }

    /// What changed since this was last called. Its points are those to be added.
    pub(super) fn take_changed(&self) -> Vec<Quota> {
        let accounts = self.accounts();
        accounts.iter().filter_map(|(id, account)| account.known().take_changed(*id)).collect()
    }

    /// What all processes together know.
    pub(super) fn learn(&self, quotas: Vec<Quota>) {
        for quota in quotas {
            self.account(quota.installation).known().learn(&quota);
        }
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<InstallationId, Arc<Account>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Account {
    fn default() -> Self {
        let none = Points::none_at(now());
        let known = Known {
            core: None,
            graphql: None,
            blocked_until: None,
            strikes: 0,
            points: none,
            untold: none,
            changed: false,
        };
        Self { places: Semaphore::new(AT_ONCE), known: Mutex::new(known) }
    }
}

impl Account {
    /// Waits for a place among the calls under way, then takes the call's points; or says why it is not to be sent.
    pub(super) async fn admit(
        &self,
        call: &Call,
        urgency: Urgency,
    ) -> Result<Option<SemaphorePermit<'_>>, GitHubError> {
        // Nobody closes it: there is always a place in the end.
        let place = self.places.acquire().await.ok();
        self.known().spend(call, urgency, now())?;
        Ok(place)
    }

    /// What the headers of an answer say.
    pub(super) fn note(&self, resource: Resource, answer: &Answer) -> Option<Allowance> {
        let told = Allowance {
            hourly: answer.number("x-ratelimit-limit")?,
            remaining: answer.number("x-ratelimit-remaining")?,
            resets_at: DateTime::from_timestamp(answer.number("x-ratelimit-reset")?, 0)?.naive_utc(),
        };
        let mut known = self.known();
        known.changed = true;
        let told = Allowance::after(told, *known.of(resource));
        *known.of(resource) = Some(told);
        Some(told)
    }

    pub(super) fn went_well(&self) {
        self.known().went_well(now());
    }

    /// GitHub took a call for one too many: nothing is asked before the time that it says, or longer if that did not help before.
    pub(super) fn refused(&self, error: GitHubError) -> GitHubError {
        match error {
            GitHubError::RateLimited { until, secondary: true } => {
                GitHubError::RateLimited { until: self.known().strike(until, now()), secondary: true }
            }
            other => other,
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn of(&mut self, resource: Resource) -> &mut Option<Allowance> {
        match resource {
            Resource::Core => &mut self.core,
            Resource::GraphQl => &mut self.graphql,
        }
    }

    fn spend(&mut self, call: &Call, urgency: Urgency, now: NaiveDateTime) -> Result<(), GitHubError> {
        let resource = call.resource();
        if let Some(until) = self.blocked_at(now) {
            return Err(GitHubError::RateLimited { until, secondary: true });
        }
        if let Some(allowance) = self.of(resource).filter(|allowance| allowance.resets_at > now) {
            let until = allowance.resets_at.min(now + LONGEST_WAIT);
            if allowance.remaining <= 0 {
                return Err(GitHubError::RateLimited { until, secondary: false });
            }
            if allowance.remaining <= urgency.leaves(allowance.hourly) {
                return Err(GitHubError::HeldBack { until });
            }
        }
        self.take_points(resource, call.points(), urgency, now)
    }

    /// Longer than the longest wait is told by a clock that was wrong, here or at another process.
    fn blocked_at(&self, now: NaiveDateTime) -> Option<NaiveDateTime> {
        self.blocked_until.filter(|until| *until > now && *until <= now + LONGEST_WAIT)
    }

    /// What was under way when GitHub had enough, and was answered all the same, shows nothing.
    fn went_well(&mut self, now: NaiveDateTime) {
        if self.blocked_at(now).is_none() {
            self.strikes = 0;
        }
    }

    /// Where GitHub tells of no limit (Enterprise Server has none unless its owner sets one) none is kept.
    fn take_points(
        &mut self,
        resource: Resource,
        points: i64,
        urgency: Urgency,
        now: NaiveDateTime,
    ) -> Result<(), GitHubError> {
        let mut spent = Points::none_at(now);
        self.points = self.points.and(spent);
        let used = if resource == Resource::Core { self.points.core } else { self.points.graphql };
        let is_limited = self.core.is_some() || self.graphql.is_some();
        if is_limited && used + points > urgency.points_a_minute(resource) {
            return Err(GitHubError::HeldBack { until: self.points.minute_ends() });
        }
        match resource {
            Resource::Core => spent.core = points,
            Resource::GraphQl => spent.graphql = points,
        }
        self.points = self.points.and(spent);
        self.untold = self.untold.and(spent);
        Ok(())
    }

    /// Of the calls that were under way together only the first refusal counts.
    fn strike(&mut self, until: NaiveDateTime, now: NaiveDateTime) -> NaiveDateTime {
        let blocked = self.blocked_at(now);
        if blocked.is_none() {
            self.strikes = (self.strikes + 1).min(8);
        }
        let doubled = UNTOLD_WAIT * (1 << self.strikes.saturating_sub(1));
        let patient = if self.strikes > 1 { now + doubled.min(LONGEST_WAIT) } else { until };
        let until = until.max(patient).max(blocked.unwrap_or(until));
        self.blocked_until = Some(until);
        self.changed = true;
        until
    }

    fn take_changed(&mut self, installation: InstallationId) -> Option<Quota> {
        if !self.changed {
            return None;
        }
        self.changed = false;
        let points = std::mem::replace(&mut self.untold, Points::none_at(now()));
        let &mut Self { core, graphql, blocked_until, .. } = self;
        Some(Quota { installation, core, graphql, blocked_until, points })
    }

    fn learn(&mut self, quota: &Quota) {
        let newest = |told: Option<Allowance>, before| told.map(|told| Allowance::after(told, before)).or(before);
        self.core = newest(quota.core, self.core);
        self.graphql = newest(quota.graphql, self.graphql);
        self.blocked_until = self.blocked_until.max(quota.blocked_until);
        // What was asked since then is in neither sum of the others.
        self.points = quota.points.and(self.untold);
    }
}

#[cfg(test)]
mod tests {
    use super::super::call::{Endpoint, Form};
    use super::*;
    use chrono::TimeDelta;

    fn call() -> Call {
        Call::new(Endpoint::Tree, "a tree", Form::Get("/x".to_owned()))
    }

    fn left(remaining: i64) -> Known {
        let account = Account::default();
        let resets_at = now() + TimeDelta::minutes(30);
        let core = Some(Allowance { hourly: 5_000, remaining, resets_at });
        Known { core, ..account.known.into_inner().unwrap() }
    }

    #[test]
    fn people_go_first_when_calls_run_short() {
        let who = |remaining| {
            let may = |urgency| left(remaining).spend(&call(), urgency, now()).is_ok();
            [may(Urgency::Person), may(Urgency::Bulk), may(Urgency::Schedule), may(Urgency::Pull)]
        };
        assert_eq!(who(4_000), [true, true, true, true]);
        assert_eq!(who(1_600), [true, true, true, false]);
        assert_eq!(who(1_250), [true, true, false, false]);
        assert_eq!(who(500), [true, false, false, false]);
        assert_eq!(who(0), [false, false, false, false]);
    }

    #[test]
    fn bulk_never_fills_a_minute() {
        let mut known = left(5_000);
        let minute = now();
        let sent = (0..2_000).filter(|_| known.spend(&call(), Urgency::Bulk, minute).is_ok()).count();
        assert_eq!(sent, 600);
        assert!(known.spend(&call(), Urgency::Person, minute).is_ok(), "and leaves some to people");
        assert!(known.spend(&call(), Urgency::Bulk, minute + TimeDelta::minutes(1)).is_ok());
    }

    #[test]
    fn a_limit_that_is_met_again_and_again_is_waited_for_longer() {
        let mut known = left(5_000);
        let begun = now();
        let told = |at: NaiveDateTime| at + TimeDelta::seconds(30);
        assert_eq!(known.strike(told(begun), begun), told(begun));
        assert_eq!(known.strike(told(begun), begun), told(begun), "of one burst");
        known.went_well(begun);
        let second = told(begun) + TimeDelta::seconds(1);
        assert_eq!(known.strike(told(second), second), second + TimeDelta::minutes(2));
        assert!(known.spend(&call(), Urgency::Person, second).is_err());
    }

    #[test]
    fn a_clock_that_was_wrong_stops_nobody_for_longer_than_the_longest_wait() {
        let mut known = left(5_000);
        let tomorrow = now() + TimeDelta::days(1);
        known.strike(tomorrow + TimeDelta::seconds(30), tomorrow);
        assert!(known.spend(&call(), Urgency::Person, tomorrow).is_err());
        assert!(known.spend(&call(), Urgency::Person, now()).is_ok());
        known.went_well(now());
        let told = now() + TimeDelta::seconds(30);
        assert_eq!(known.strike(told, now()), told, "and what is told next counts");
    }

    #[test]
    fn processes_add_up_what_they_asked() {
        let mut one = left(5_000);
        let at = now();
        for _ in 0..10 {
            one.spend(&call(), Urgency::Person, at).unwrap();
        }
        one.changed = true;
        let told = one.take_changed(InstallationId::new(1)).unwrap();
        assert_eq!((told.points.core, one.take_changed(InstallationId::new(1))), (10, None));
        let others = Points { core: 40, ..told.points };
        one.learn(&Quota { points: told.points.and(others), ..told });
        assert_eq!(one.points.core, 50);
    }
}
