//! Which repositories planners are to look at next, each once however often it is named; those that somebody waits for first.
//!
//! Only a hint: the debt itself is in the database, and the sweeper names again what was forgotten.

use crate::model::RepositoryId;
use crate::queue::Lane;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

#[derive(Debug, Default)]
pub struct Debts {
    waiting: Mutex<Waiting>,
    named: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    person: VecDeque<RepositoryId>,
    bulk: VecDeque<RepositoryId>,
}

/// What a planner takes up. Some are kept for people: however much one tenant imports, the next push of another is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taste {
    PersonOnly,
    Any,
}

impl Debts {
    /// Names a repository that is owed something.
    pub fn name(&self, repository: RepositoryId, lane: Lane) {
        self.waiting().add(repository, lane);
        // Not one: who is woken may have no taste for it.
        self.named.notify_waiters();
    }

    /// The next one; waits until there is one.
    pub async fn next(&self, taste: Taste) -> RepositoryId {
        loop {
            let mut named = std::pin::pin!(self.named.notified());
            // From here on no notice is missed.
            named.as_mut().enable();
            if let Some(repository) = self.waiting().take(taste) {
                return repository;
            }
            named.await;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// A person who waits for it moves it to the front queue; nothing moves it back.
    fn add(&mut self, repository: RepositoryId, lane: Lane) {
        if self.person.contains(&repository) {
            return;
        }
        match lane {
            Lane::Person => {
                self.bulk.retain(|waiting| *waiting != repository);
                self.person.push_back(repository);
            }
            Lane::Bulk if self.bulk.contains(&repository) => {}
            Lane::Bulk => self.bulk.push_back(repository),
        }
    }

    fn take(&mut self, taste: Taste) -> Option<RepositoryId> {
        let person = self.person.pop_front();
        match taste {
            Taste::PersonOnly => person,
            Taste::Any => person.or_else(|| self.bulk.pop_front()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_go_first_and_nobody_twice() {
        let mut waiting = Waiting::default();
        let named = [(1, Lane::Bulk), (2, Lane::Bulk), (3, Lane::Person), (2, Lane::Person), (2, Lane::Bulk)];
        named.into_iter().for_each(|(id, lane)| waiting.add(RepositoryId::new(id), lane));
        assert_eq!(waiting.take(Taste::PersonOnly), Some(RepositoryId::new(3)));
        assert_eq!(waiting.take(Taste::Any), Some(RepositoryId::new(2)));
        assert_eq!(waiting.take(Taste::PersonOnly), None);
        assert_eq!(waiting.take(Taste::Any), Some(RepositoryId::new(1)));
        assert_eq!(waiting.take(Taste::Any), None);
    }

    #[tokio::test]
    async fn who_waits_is_woken_by_what_is_to_its_taste() {
        let debts = std::sync::Arc::new(Debts::default());
        let waits = |taste| {
            let debts = debts.clone();
            tokio::spawn(async move { debts.next(taste).await })
        };
        let (person, any) = (waits(Taste::PersonOnly), waits(Taste::Any));
        tokio::task::yield_now().await;
        debts.name(RepositoryId::new(1), Lane::Bulk);
        assert_eq!(any.await.unwrap(), RepositoryId::new(1));
        debts.name(RepositoryId::new(2), Lane::Person);
        assert_eq!(person.await.unwrap(), RepositoryId::new(2));
    }
}
