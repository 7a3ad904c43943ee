use super::wants::Owed;
use super::{Conn, checks, dialect, duties, repositories, wants};
use crate::model::{
    Account, CommitSha, Debt, Delivery, Event, InstallationEvent, NoDebt, PullRequest, Push, RepositoryChange,
    RepositoryId,
};
use crate::store::StoreError;
use crate::store::intake::Outcome;
use crate::store::rows::delivery::NewDelivery;
use crate::store::rows::repository::Served;
use chrono::NaiveDateTime;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(crate) async fn record(conn: &mut Conn, deliveries: &[Delivery]) -> Result<Vec<Outcome>, StoreError> {
    let now = dialect::now(conn).await?;
    let pushed: Vec<i64> = deliveries.iter().filter_map(Delivery::pushed).map(|id| id.0).collect();
    let served = repositories::served(conn, &pushed).await?;
    let mut intake = Intake { now, served, owed: BTreeMap::new(), doubted: BTreeSet::new() };
    let mut outcomes = Vec::with_capacity(deliveries.len());
    for delivery in deliveries {
        outcomes.push(intake.take(conn, &delivery.event).await?);
    }
    dialect::insert_deliveries(conn, inbox_rows(deliveries, &outcomes, now)).await?;
    if !intake.doubted.is_empty() {
        duties::hasten_installations(conn, &intake.doubted.into_iter().collect::<Vec<_>>()).await?;
    }
    // In the order of their ids: two receivers with the same repositories never wait for each other.
    for (repository, owed) in intake.owed {
        wants::owe(conn, repository, &owed).await?;
    }
    Ok(outcomes)
}

/// One row an id, even if an id stands twice in the batch.
fn inbox_rows(deliveries: &[Delivery], outcomes: &[Outcome], now: NaiveDateTime) -> Vec<NewDelivery> {
    let mut rows: BTreeMap<&str, NewDelivery> = BTreeMap::new();
    for (delivery, outcome) in deliveries.iter().zip(outcomes) {
        let times = rows.get(delivery.id.0.as_str()).map_or(0, |row| row.times);
        let row = NewDelivery { times: times + 1, ..NewDelivery::of(delivery, outcome.as_str(), now) };
        rows.insert(&delivery.id.0, row);
    }
    rows.into_values().collect()
}

struct Intake {
    now: NaiveDateTime,
    served: HashMap<i64, Served>,
    owed: BTreeMap<i64, Owed>,
    /// Installations that GitHub tells of as if they could see what we do not serve: we are wrong, or the webhook is late.
    doubted: BTreeSet<i64>,
}

impl Intake {
    async fn take(&mut self, conn: &mut Conn, event: &Event) -> Result<Outcome, StoreError> {
        match event {
            Event::Nothing => Ok(Outcome::Recorded),
            Event::Push(push) => self.push(conn, push).await,
            Event::Installation(change) => self.installation(conn, change).await,
            Event::CheckRerequested { repository, head } => self.check_again(conn, *repository, head).await,
            Event::PullRequest(pull) => self.pull_request(conn, pull).await,
            Event::InstallationRepositories { installation, added, removed } => {
                repositories::installation_active(conn, installation, self.now).await?;
                for facts in added {
                    repositories::ensure(conn, facts, installation, self.now).await?;
                }
                let removed: Vec<i64> = removed.iter().map(|id| id.0).collect();
                let removed = repositories::remove(conn, installation.installation.0, &removed, self.now).await?;
                Ok(self.owe_whole(added.iter().map(|facts| facts.id.0).chain(removed)))
            }
            Event::Repository { repository, change: RepositoryChange::Deleted, .. } => {
                let removed = repositories::remove_deleted(conn, repository.id.0, self.now).await?;
                Ok(self.owe_whole(removed))
            }
            Event::Repository { installation, repository, change: RepositoryChange::Facts } => {
                let known = repositories::learn(conn, repository, installation.as_ref(), self.now).await?;
                if known.is_none() {
                    self.doubt(installation.as_ref());
                }
                Ok(self.owe_whole(known))
            }
        }
    }

    async fn push(&mut self, conn: &mut Conn, push: &Push) -> Result<Outcome, StoreError> {
        let id = push.repository.id.0;
        if !self.served.contains_key(&id) {
            let Some(account) = &push.installation else {
                return Ok(Outcome::NotServed);
            };
            repositories::ensure(conn, &push.repository, account, self.now).await?;
            self.served.extend(repositories::served(conn, &[id]).await?);
        }
        let Some(served) = self.served.get(&id) else {
            return Ok(Outcome::NotServed);
        };
        if !served.active {
            self.doubt(push.installation.as_ref());
            return Ok(Outcome::NotServed);
        }
        let debt = if served.fresh { Debt::Whole } else { push.debt(&served.tracked, &served.reach) };
        let pushed = Owed { times: 1, pushed: true, ..Owed::default() };
        let owed = match debt {
            Debt::Nothing(NoDebt::OtherRef) => return Ok(Outcome::OtherRef),
            Debt::Nothing(NoDebt::Untouched) => {
                let moved = push.before.clone().zip(push.after.clone());
                self.owed.entry(id).or_default().moved.extend(moved);
                return Ok(Outcome::Untouched);
            }
            Debt::Narrow(folders) => Owed { folders: folders.into_iter().collect(), ..pushed },
            Debt::Whole => Owed { whole: true, ..pushed },
        };
        self.owed.entry(id).or_default().add(owed);
        Ok(Outcome::Owed(vec![push.repository.id]))
    }

    fn doubt(&mut self, account: Option<&Account>) {
        self.doubted.extend(account.map(|account| account.installation.0));
    }

    /// The check is told again after a comparison of the whole tree.
    async fn check_again(
        &mut self,
        conn: &mut Conn,
        repository: RepositoryId,
        head: &CommitSha,
    ) -> Result<Outcome, StoreError> {
        if !self.is_served(conn, repository).await? {
            return Ok(Outcome::NotServed);
        }
        checks::rerequest(conn, repository.0, head.as_str(), self.now).await?;
        Ok(self.owe_whole([repository.0]))
    }

    /// The registry does not change by it, so that no comparison is owed.
    async fn pull_request(&mut self, conn: &mut Conn, pull: &PullRequest) -> Result<Outcome, StoreError> {
        if !self.is_served(conn, pull.repository.id).await? {
            return Ok(Outcome::NotServed);
        }
        checks::pull(conn, pull, self.now).await?;
        Ok(Outcome::CheckOwed)
    }

    async fn is_served(&self, conn: &mut Conn, repository: RepositoryId) -> Result<bool, StoreError> {
        Ok(repositories::served(conn, &[repository.0]).await?.get(&repository.0).is_some_and(|served| served.active))
    }

    async fn installation(&mut self, conn: &mut Conn, change: &InstallationEvent) -> Result<Outcome, StoreError> {
        let touched = match change {
            InstallationEvent::Active { installation, repositories: listed } => {
                repositories::installation_active(conn, installation, self.now).await?;
                checks::unblock(conn, installation.installation.0).await?;
                for facts in listed {
                    repositories::ensure(conn, facts, installation, self.now).await?;
                }
                listed.iter().map(|facts| facts.id.0).collect()
            }
            InstallationEvent::Suspended(id) => {
                repositories::suspend(conn, id.0, self.now).await?;
                vec![]
            }
            InstallationEvent::Unsuspended(id) => repositories::unsuspend(conn, id.0, self.now).await?,
            InstallationEvent::Deleted(id) => repositories::remove_installation(conn, id.0, self.now).await?,
        };
        Ok(self.owe_whole(touched))
    }

    fn owe_whole(&mut self, repositories: impl IntoIterator<Item = i64>) -> Outcome {
        let mut ids = Vec::new();
        for id in repositories {
            self.owed.entry(id).or_default().add(Owed { times: 1, whole: true, ..Owed::default() });
            ids.push(RepositoryId::new(id));
        }
        if ids.is_empty() { Outcome::Recorded } else { Outcome::Owed(ids) }
    }
}
