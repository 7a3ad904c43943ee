//! Tells every instance, this one included, what just changed.
//!
//! In: notices, after a commit. Out: the same notices, at most once, to whoever subscribed. One that gets lost does no harm:
//! caches notice a new revision by themselves, and what is owed stands in the database.

use super::rabbit::{self, Exchange};
use super::{Lane, Queue, Rabbit};
use crate::model::{RepositoryId, WorkspaceId};
use metrics::counter;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinSet;

/// Notices kept for a subscriber that is slow; one that falls further behind is told so by its receiver.
const KEPT: usize = 1024;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Notice {
    /// What is visible in the workspace changed with this revision.
    Changed { workspace: WorkspaceId, revision: i64 },
    /// The repository owes a comparison.
    Owed {
        repository: RepositoryId,
        /// Instances of an older version do not tell.
        #[serde(default)]
        lane: Lane,
    },
}

/// Speaks to, and hears from, all instances. Clones share it; with the last one its tasks end.
#[derive(Clone, Debug)]
pub struct Announcer {
    here: broadcast::Sender<Notice>,
    elsewhere: Option<Elsewhere>,
}

#[derive(Clone, Debug)]
struct Elsewhere {
    outbox: mpsc::Sender<Notice>,
    /// Aborts them when it is dropped.
    _tasks: Arc<JoinSet<()>>,
}

impl Announcer {
    /// Over the same back end as `queue`. To be called within a tokio runtime.
    pub fn new(queue: &Queue) -> Self {
        let (here, _) = broadcast::channel(KEPT);
        let elsewhere = match queue {
            Queue::Embedded(_) => None,
            Queue::Rabbit(rabbit) => Some(Elsewhere::new(rabbit, here.clone())),
        };
        Self { here, elsewhere }
    }

    /// To subscribers of this process at once, to others as soon as may be. Never waits.
    pub fn announce(&self, notice: Notice) {
        let others = self.elsewhere.as_ref().map(|elsewhere| elsewhere.outbox.try_send(notice.clone()));
        if let Some(Err(error)) = others {
            tracing::debug!(%error, "announce: a notice was not sent to other instances");
            counter!("dotcursor_notices_total", "outcome" => "dropped").increment(1);
        }
        // An error says that nobody subscribed.
        let _ = self.here.send(notice);
    }

    /// Everything announced from now on, here or elsewhere.
    pub fn subscribe(&self) -> broadcast::Receiver<Notice> {
        self.here.subscribe()
    }
}

impl Elsewhere {
    fn new(rabbit: &Rabbit, here: broadcast::Sender<Notice>) -> Self {
        let (outbox, notices) = mpsc::channel(KEPT);
        let exchange = Exchange::new(rabbit);
        let mut tasks = JoinSet::new();
        tasks.spawn(rabbit::listen(exchange.clone(), here));
        tasks.spawn(rabbit::speak(exchange, notices));
        Self { outbox, _tasks: Arc::new(tasks) }
    }
}
