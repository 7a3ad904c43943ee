//! The events of watched workspaces: read once, handed on to all who watch them in this process.
//!
//! Announcements say that there is something to read; what there is the database says. It is asked every second for all watched
//! workspaces at once, so that a lost announcement costs no more than that second.

use super::frame::Frames;
use crate::api::error::ApiError;
use crate::model::WorkspaceId;
use crate::queue::{Announcer, Notice};
use crate::store::events::Following;
use crate::store::{Store, StoreError};
use metrics::gauge;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OnceCell, Semaphore, broadcast};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// A workspace is read no more often than this, the first time at once: a thousand readers of a large import are woken five
/// times a second, not with each batch.
const PAUSE: Duration = Duration::from_millis(200);
/// Every so many pauses the database is asked what announcements may have lost.
const PAUSES_BETWEEN_LOOKS: u32 = 5;
/// Events read together.
pub(super) const PAGE: i64 = 500;
/// Readings that wait for a slow reader; further behind, it reads from the table.
const KEPT: usize = 32;
/// Readers of one workspace in this process, so that no tenant takes the places of all.
const MOST_OF_A_WORKSPACE: usize = 2_000;
const MOST: usize = 8_000;
/// Readers that read from the table at the same time, so that others find a connection to the database.
const BEHIND_AT_ONCE: usize = 2;

/// Clones share it.
#[derive(Clone, Debug)]
pub struct Feeds {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    feeds: Mutex<HashMap<WorkspaceId, Arc<Feed>>>,
    readers: AtomicUsize,
    behind: Semaphore,
    closing: CancellationToken,
}

/// One watched workspace.
#[derive(Debug)]
struct Feed {
    workspace: WorkspaceId,
    /// The number of the last event that was handed on.
    head: OnceCell<AtomicI64>,
    frames: broadcast::Sender<Arc<Frames>>,
}

/// A reader's place.
#[derive(Debug)]
pub(super) struct Seat {
    pub workspace: WorkspaceId,
    pub frames: broadcast::Receiver<Arc<Frames>>,
    /// The last event before those that `frames` brings.
    pub head: i64,
    shared: Arc<Shared>,
}

impl Feeds {
    pub fn new(store: Store) -> Self {
        let shared = Shared {
            store,
            feeds: Mutex::default(),
            readers: AtomicUsize::new(0),
            behind: Semaphore::new(BEHIND_AT_ONCE),
            closing: CancellationToken::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Ends every stream: the process is about to stop.
    pub fn close(&self) {
        self.shared.closing.cancel();
    }

    pub(super) async fn join(&self, workspace: &WorkspaceId) -> Result<Seat, ApiError> {
        let (feed, frames) = self.shared.enter(workspace)?;
        let mut seat = Seat { workspace: workspace.clone(), frames, head: 0, shared: self.shared.clone() };
        let head = feed.head.get_or_try_init(|| async {
            let last = self.shared.store.last_event(workspace).await?;
            last.map(AtomicI64::new).ok_or(ApiError::NotFound("workspace"))
        });
        seat.head = head.await?.load(Ordering::Acquire);
        Ok(seat)
    }

    /// Hands events on for as long as the process runs.
    pub async fn run(self, announcer: Announcer) {
        let mut notices = announcer.subscribe();
        let mut pauses = interval(PAUSE);
        pauses.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut rounds = Rounds::default();
        loop {
            let due = tokio::select! {
                notice = notices.recv() => match notice {
                    Ok(Notice::Changed { workspace, .. }) => rounds.hear(workspace),
                    Ok(Notice::Owed { .. }) => vec![],
                    Err(RecvError::Lagged(_)) => { rounds.look_soon(); vec![] }
                    Err(RecvError::Closed) => return,
                },
                _ = pauses.tick() => match rounds.next() {
                    Round::Due(due) => due,
                    Round::Look => self.look(&mut rounds).await,
                },
            };
            for workspace in due {
                let read = self.shared.read(&workspace).await;
                rounds.note(&read);
            }
        }
    }

    /// Who has something to read; forgets who is not watched any more.
    async fn look(&self, rounds: &mut Rounds) -> Vec<WorkspaceId> {
        let watched = self.shared.watched();
        if watched.is_empty() {
            return vec![];
        }
        let last = self.shared.store.last_events(&watched).await;
        rounds.note(&last);
        let Ok(last) = last else {
            return vec![];
        };
        let last: HashMap<WorkspaceId, i64> = last.into_iter().collect();
        // One that is not there any more is read too, and so found to be gone.
        watched.into_iter().filter(|one| self.shared.head(one) != last.get(one).copied()).collect()
    }
}

impl Shared {
    /// A panic cannot leave the map half changed.
    fn lock(&self) -> MutexGuard<'_, HashMap<WorkspaceId, Arc<Feed>>> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Under one lock, so that a feed which seems to be left is not forgotten in between.
    fn enter(&self, workspace: &WorkspaceId) -> Result<(Arc<Feed>, broadcast::Receiver<Arc<Frames>>), ApiError> {
        let mut feeds = self.lock();
        if self.closing.is_cancelled() || self.readers.load(Ordering::Relaxed) >= MOST {
            return Err(ApiError::TooManyStreams);
        }
        let feed = feeds.entry(workspace.clone()).or_insert_with(|| Arc::new(Feed::new(workspace.clone())));
        if feed.frames.receiver_count() >= MOST_OF_A_WORKSPACE {
            return Err(ApiError::TooManyStreams);
        }
        let readers = self.readers.fetch_add(1, Ordering::Relaxed) + 1;
        gauge!("dotcursor_streams_open").set(readers as f64);
        Ok((feed.clone(), feed.frames.subscribe()))
    }

    fn watched(&self) -> Vec<WorkspaceId> {
        let mut feeds = self.lock();
        feeds.retain(|_, feed| feed.frames.receiver_count() > 0);
        feeds.values().filter(|feed| feed.head.initialized()).map(|feed| feed.workspace.clone()).collect()
    }

    fn feed(&self, workspace: &WorkspaceId) -> Option<Arc<Feed>> {
        self.lock().get(workspace).cloned()
    }

    fn head(&self, workspace: &WorkspaceId) -> Option<i64> {
        Some(self.feed(workspace)?.head.get()?.load(Ordering::Acquire))
    }

    /// Hands on what has happened since the last time.
    async fn read(&self, workspace: &WorkspaceId) -> Result<(), StoreError> {
        let Some(feed) = self.feed(workspace) else {
            return Ok(());
        };
        let Some(head) = feed.head.get() else {
            return Ok(());
        };
        loop {
            let rows = match self.store.events_after(workspace, head.load(Ordering::Acquire), PAGE).await? {
                Following::Events(rows) => rows,
                // The workspace is gone, or a backup was put back. With the feed its sender goes, and with that all streams:
                // who comes back is told.
                Following::Lost { .. } | Following::Gone => {
                    self.lock().remove(workspace);
                    return Ok(());
                }
            };
            let frames = Frames::of(workspace, &rows);
            let Some(last) = frames.last() else {
                return Ok(());
            };
            head.store(last, Ordering::Release);
            // An error says that nobody listens any more.
            let _ = feed.frames.send(Arc::new(frames));
        }
    }
}

impl Feed {
    fn new(workspace: WorkspaceId) -> Self {
        Self { workspace, head: OnceCell::new(), frames: broadcast::channel(KEPT).0 }
    }
}

impl Seat {
    /// What came after event `after`, read from the table.
    pub(super) async fn read_after(&self, after: i64) -> Result<Following, StoreError> {
        // It is never closed.
        let _permit = self.shared.behind.acquire().await;
        self.shared.store.events_after(&self.workspace, after, PAGE).await
    }

    pub(super) fn closing(&self) -> CancellationToken {
        self.shared.closing.clone()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let readers = self.shared.readers.fetch_sub(1, Ordering::Relaxed) - 1;
        gauge!("dotcursor_streams_open").set(readers as f64);
    }
}

/// When which workspace is read.
#[derive(Debug, Default)]
struct Rounds {
    /// Read since the last pause.
    read: HashSet<WorkspaceId>,
    /// Heard of since then: read after it.
    waiting: HashSet<WorkspaceId>,
    since_look: u32,
    /// The database did not answer the last time; told in the log already.
    away: bool,
}

enum Round {
    Due(Vec<WorkspaceId>),
    Look,
}

impl Rounds {
    /// What is to be read at once.
    fn hear(&mut self, workspace: WorkspaceId) -> Vec<WorkspaceId> {
        if self.read.insert(workspace.clone()) {
            return vec![workspace];
        }
        self.waiting.insert(workspace);
        vec![]
    }

    fn look_soon(&mut self) {
        self.since_look = PAUSES_BETWEEN_LOOKS;
    }

    fn next(&mut self) -> Round {
        self.read.clear();
        self.since_look += 1;
        if self.since_look >= PAUSES_BETWEEN_LOOKS {
            self.since_look = 0;
            // A look finds these too.
            self.waiting.clear();
            return Round::Look;
        }
        self.read.clone_from(&self.waiting);
        Round::Due(self.waiting.drain().collect())
    }

    /// An outage makes two lines in the log.
    fn note<T>(&mut self, answer: &Result<T, StoreError>) {
        match answer {
            Ok(_) if std::mem::take(&mut self.away) => info!("streams go on"),
            Ok(_) => {}
            Err(error) if !std::mem::replace(&mut self.away, true) => {
                warn!(%error, "streams wait for the database");
            }
            Err(_) => {}
        }
    }
}
