//! Which revision each workspace is at, good to a second.
//!
//! In: what the database says, and what commits and announcements tell. Out: the number that cache keys carry. The database
//! is asked at least every second for a workspace that is read, so a lost announcement, or a kill between a commit and its
//! announcement, is noticed by then.

use super::flight::Flights;
use crate::model::WorkspaceId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long the database's answer is good.
const FRESH: Duration = Duration::from_secs(1);
/// Workspaces remembered; each costs about 150 bytes.
const REMEMBERED: usize = 10_000;

/// Clones share what they know.
#[derive(Clone, Debug)]
pub struct Revisions {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    known: Mutex<HashMap<WorkspaceId, Known>>,
    flights: Flights<WorkspaceId, Answer>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    revision: i64,
    /// When a commit or an announcement last raised it.
    raised: Instant,
    /// When the question was put to the database that it last answered.
    asked: Option<Instant>,
}

/// What the database said, and when it was asked.
#[derive(Clone, Copy, Debug)]
struct Answer {
    revision: i64,
    asked: Instant,
}

impl Revisions {
    pub fn new() -> Self {
        Self { shared: Arc::new(Shared { known: Mutex::default(), flights: Flights::new() }) }
    }

    /// From memory, if the database was asked within a second; else from `ask`, which reads it from the database.
    pub async fn current<E>(
        &self,
        workspace: &WorkspaceId,
        ask: impl Future<Output = Result<i64, E>>,
    ) -> Result<i64, E> {
        if let Some(revision) = self.fresh(workspace) {
            return Ok(revision);
        }
        let asking = async {
            let asked = Instant::now();
            Ok(Answer { revision: ask.await?, asked })
        };
        let answer = self.shared.flights.share(workspace.clone(), asking).await?;
        Ok(self.settle(workspace, answer))
    }

    /// From an own commit or an announcement, which may come late: only ever forward.
    pub fn learn(&self, workspace: &WorkspaceId, revision: i64) {
        let now = Instant::now();
        let mut known = self.shared.lock();
        let entry = room_for(&mut known, workspace).or_insert(Known { revision, raised: now, asked: None });
        if entry.revision < revision {
            (entry.revision, entry.raised) = (revision, now);
        }
    }

    /// The workspace was deleted here: the next reader asks the database.
    pub fn forget(&self, workspace: &WorkspaceId) {
        self.shared.lock().remove(workspace);
    }

    fn fresh(&self, workspace: &WorkspaceId) -> Option<i64> {
        let known = self.shared.lock();
        let entry = known.get(workspace)?;
        entry.asked.filter(|asked| asked.elapsed() < FRESH).map(|_| entry.revision)
    }

    /// What was raised after the question was put may be newer than the answer. What was known before is not: if the answer
    /// is lower, then a backup was put back, and the database is right.
    fn settle(&self, workspace: &WorkspaceId, answer: Answer) -> i64 {
        let mut known = self.shared.lock();
        let unheard = Known { revision: answer.revision, raised: answer.asked, asked: None };
        let entry = room_for(&mut known, workspace).or_insert(unheard);
        // Answers may come in another order than the questions.
        if entry.asked.is_none_or(|asked| asked <= answer.asked) {
            let raised_since = entry.raised > answer.asked;
            entry.revision = if raised_since { entry.revision.max(answer.revision) } else { answer.revision };
            entry.asked = Some(answer.asked);
        }
        entry.revision
    }
}

impl Default for Revisions {
    fn default() -> Self {
        Self::new()
    }
}

impl Shared {
    /// A panic cannot leave the map half changed.
    fn lock(&self) -> MutexGuard<'_, HashMap<WorkspaceId, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Entry<'a> = std::collections::hash_map::Entry<'a, WorkspaceId, Known>;

/// Forgets, when there are too many, first what is stale, then everything: it costs a question each.
fn room_for<'a>(known: &'a mut HashMap<WorkspaceId, Known>, workspace: &WorkspaceId) -> Entry<'a> {
    if known.len() >= REMEMBERED && !known.contains_key(workspace) {
        known.retain(|_, entry| entry.asked.is_some_and(|asked| asked.elapsed() < FRESH));
        if known.len() >= REMEMBERED {
            known.clear();
        }
    }
    known.entry(workspace.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use tokio::time::{advance, sleep};

    async fn says(revision: i64) -> Result<i64, Infallible> {
        sleep(Duration::from_millis(10)).await;
        Ok(revision)
    }

    async fn never() -> Result<i64, Infallible> {
        panic!("the database was asked")
    }

    #[tokio::test(start_paused = true)]
    async fn the_database_is_asked_once_a_second() {
        let (revisions, workspace) = (Revisions::new(), WorkspaceId::generate());
        assert_eq!(revisions.current(&workspace, says(3)).await, Ok(3));
        advance(Duration::from_millis(900)).await;
        assert_eq!(revisions.current(&workspace, never()).await, Ok(3));
        advance(Duration::from_millis(200)).await;
        assert_eq!(revisions.current(&workspace, says(4)).await, Ok(4), "a lost announcement is noticed");
    }

    #[tokio::test(start_paused = true)]
    async fn announcements_lead_forward_only_and_put_no_question_off() {
        let (revisions, workspace) = (Revisions::new(), WorkspaceId::generate());
        assert_eq!(revisions.current(&workspace, says(3)).await, Ok(3));
        advance(Duration::from_millis(600)).await;
        revisions.learn(&workspace, 5);
        revisions.learn(&workspace, 4);
        assert_eq!(revisions.current(&workspace, never()).await, Ok(5));
        advance(Duration::from_millis(600)).await;
        assert_eq!(revisions.current(&workspace, says(6)).await, Ok(6));
    }

    #[tokio::test(start_paused = true)]
    async fn a_commit_during_the_question_is_not_lost() {
        let (revisions, workspace) = (Revisions::new(), WorkspaceId::generate());
        let commit = async {
            sleep(Duration::from_millis(5)).await;
            revisions.learn(&workspace, 4);
        };
        let (read, ()) = tokio::join!(revisions.current(&workspace, says(3)), commit);
        assert_eq!(read, Ok(4));
        assert_eq!(revisions.current(&workspace, never()).await, Ok(4));
    }

    #[tokio::test(start_paused = true)]
    async fn a_database_put_back_is_believed() {
        let (revisions, workspace) = (Revisions::new(), WorkspaceId::generate());
        revisions.learn(&workspace, 9);
        advance(Duration::from_secs(1)).await;
        assert_eq!(revisions.current(&workspace, says(2)).await, Ok(2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_is_told_and_not_remembered() {
        let (revisions, workspace) = (Revisions::new(), WorkspaceId::generate());
        assert_eq!(revisions.current(&workspace, async { Err("away") }).await, Err("away"));
        assert_eq!(revisions.current(&workspace, says(1)).await, Ok(1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_memory_is_bounded() {
        let revisions = Revisions::new();
        for number in 0..=REMEMBERED {
            revisions.learn(&WorkspaceId::from_text(number.to_string()), 1);
        }
        assert!(revisions.shared.lock().len() <= REMEMBERED);
    }
}
