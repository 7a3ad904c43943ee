//! One reader of a stream: knows the number of the last event that it was given, and goes on from there.

use super::feeds::Seat;
use super::frame::{self, HEARTBEAT};
use crate::model::Kind;
use crate::store::events::Following;
use actix_web::web::Bytes;
use futures::Stream;
use futures::future::LocalBoxFuture;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing::debug;

/// Silence is broken by a comment.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// Whoever may not read any more is noticed within this time, and the few seconds for which tokens are remembered.
const ASKED_EVERY: Duration = Duration::from_secs(5);
/// Before a reading from the table that failed is tried again.
const STORE_PAUSE: Duration = Duration::from_secs(1);
/// For the client, milliseconds until it comes back when the stream ends.
const COME_BACK: &str = "retry: 1000\n";

/// Asks whether the reader still may.
pub(super) type May = Box<dyn Fn() -> LocalBoxFuture<'static, bool>>;

/// Where the reader goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    Now,
    After(i64),
    /// It names an event that never was.
    Unknown,
}

pub(super) struct Watch {
    seat: Seat,
    kind: Option<Kind>,
    may: May,
    closing: CancellationToken,
    /// Said first.
    greeting: Option<Bytes>,
    /// The last event that the reader has.
    at: i64,
    /// There is more in the table than it has.
    behind: bool,
    ask_at: Instant,
    beat_at: Instant,
}

/// What to do with what was heard.
enum Step {
    Say(Bytes),
    Nothing,
    End,
}

impl Watch {
    pub(super) fn new(seat: Seat, kind: Option<Kind>, begin: Begin, may: May) -> Self {
        let (at, behind, greeting) = match begin {
            Begin::Now => (seat.head, false, frame::ready(seat.head)),
            Begin::After(at) => (at, true, Bytes::new()),
            Begin::Unknown => (seat.head, false, frame::reset(&seat.workspace, seat.head)),
        };
        let greeting = Some(Bytes::from([COME_BACK.as_bytes(), &greeting].concat()));
        let now = Instant::now();
        let closing = seat.closing();
        let (ask_at, beat_at) = (now + spread(ASKED_EVERY), now + HEARTBEAT_EVERY);
        Self { seat, kind, may, closing, greeting, at, behind, ask_at, beat_at }
    }

    pub(super) fn into_stream(self) -> impl Stream<Item = Result<Bytes, Infallible>> {
        futures::stream::unfold(self, |mut watch| async move { Some((Ok(watch.next().await?), watch)) })
    }

    /// The next bytes; `None` ends the stream. Asked for only when the client has taken the last ones.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        loop {
            match self.step().await {
                Step::Say(bytes) => {
                    self.beat_at = Instant::now() + HEARTBEAT_EVERY;
                    return Some(bytes);
                }
                Step::Nothing => {}
                Step::End => return None,
            }
        }
    }

    async fn step(&mut self) -> Step {
        if self.closing.is_cancelled() {
            return Step::End;
        }
        if self.ask_at <= Instant::now() {
            self.ask_at = Instant::now() + spread(ASKED_EVERY);
            return if (self.may)().await { Step::Nothing } else { Step::End };
        }
        if self.behind {
            return self.catch_up().await;
        }
        tokio::select! {
            () = self.closing.cancelled() => Step::End,
            () = sleep_until(self.ask_at) => Step::Nothing,
            () = sleep_until(self.beat_at) => Step::Say(HEARTBEAT),
            heard = self.seat.frames.recv() => match heard {
                Ok(frames) => match (frames.first(), frames.last()) {
                    (Some(first), Some(last)) if first <= self.at + 1 => {
                        let bytes = frames.after(self.at, self.kind);
                        self.at = self.at.max(last);
                        say(bytes)
                    }
                    _ => self.fall_behind(),
                },
                Err(RecvError::Lagged(_)) => self.fall_behind(),
                // The workspace is gone.
                Err(RecvError::Closed) => Step::End,
            },
        }
    }

    fn fall_behind(&mut self) -> Step {
        self.behind = true;
        Step::Nothing
    }

    async fn catch_up(&mut self) -> Step {
        let following = tokio::select! {
            () = self.closing.cancelled() => return Step::End,
            following = self.seat.read_after(self.at) => following,
        };
        match following {
            Ok(Following::Events(rows)) => {
                let frames = frame::Frames::of(&self.seat.workspace, &rows);
                let bytes = frames.after(self.at, self.kind);
                self.at = frames.last().unwrap_or(self.at);
                // What came in the meantime was heard too: see `seat.frames`.
                self.behind = i64::try_from(rows.len()).is_ok_and(|rows| rows >= super::feeds::PAGE);
                say(bytes)
            }
            Ok(Following::Lost { last }) => {
                (self.at, self.behind) = (last, false);
                Step::Say(frame::reset(&self.seat.workspace, last))
            }
            Ok(Following::Gone) => Step::End,
            Err(error) => {
                debug!(%error, workspace = %self.seat.workspace, "a stream waits for the database");
                sleep(STORE_PAUSE).await;
                Step::Nothing
            }
        }
    }
}

fn say(bytes: Bytes) -> Step {
    if bytes.is_empty() { Step::Nothing } else { Step::Say(bytes) }
}

/// Up to a fifth earlier, so that readers that came together do not all ask together.
fn spread(time: Duration) -> Duration {
    time.mul_f64(rand::random_range(0.8..=1.0))
}
