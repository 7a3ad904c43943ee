//! One connection to the broker, made when somebody needs a channel and it is not there.

use crate::queue::QueueError;
use lapin::uri::AMQPUri;
use lapin::{Channel, Connection, ConnectionProperties};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// For anything that the broker answers at once when it is well.
const ANSWER: Duration = Duration::from_secs(5);
/// After a failed attempt the next one waits this long; who asks meanwhile is refused at once.
const PAUSE: Duration = Duration::from_millis(250);
/// Finds out that the other side is gone without a word. Seconds.
const HEARTBEAT: u16 = 10;

#[derive(Clone)]
pub(super) struct Link {
    shared: Arc<Shared>,
}

struct Shared {
    uri: AMQPUri,
    purpose: &'static str,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    connection: Option<Connection>,
    /// When the last attempt failed.
    failed: Option<Instant>,
}

impl Link {
    /// `purpose` names the connection in the broker's listing.
    pub(super) fn new(url: &str, purpose: &'static str) -> Result<Self, QueueError> {
        let mut uri: AMQPUri = url.parse().map_err(QueueError::Url)?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        Ok(Self { shared: Arc::new(Shared { uri, purpose, state: Mutex::default() }) })
    }

    /// To the same broker over a connection of its own, which ends with it.
    pub(super) fn apart(&self, purpose: &'static str) -> Self {
        let shared = Shared { uri: self.shared.uri.clone(), purpose, state: Mutex::default() };
        Self { shared: Arc::new(shared) }
    }

    /// A new channel, over a new connection if the old one is gone.
    pub(super) async fn channel(&self) -> Result<Channel, QueueError> {
        let mut state = self.shared.state.lock().await;
        if state.failed.is_some_and(|failed| failed.elapsed() < PAUSE) {
            return Err(QueueError::Unreachable("the last attempt failed a moment ago".to_owned()));
        }
        let opened = self.open(&mut state).await;
        if opened.is_err() {
            *state = State { connection: None, failed: Some(Instant::now()) };
        }
        opened
    }

    async fn open(&self, state: &mut State) -> Result<Channel, QueueError> {
        let connection = match state.connection.take() {
            Some(connection) if connection.status().connected() => connection,
            _ => self.connect().await?,
        };
        let channel = in_time(connection.create_channel()).await;
        state.connection = Some(connection);
        channel
    }

    async fn connect(&self) -> Result<Connection, QueueError> {
        let name = format!("dotcursor {}", self.shared.purpose);
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        let connecting = Connection::connect_uri(self.shared.uri.clone(), properties);
        in_time(connecting).await.map_err(|error| QueueError::Unreachable(error.to_string()))
    }
}

/// Not derived: the URI holds a password.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("purpose", &self.shared.purpose).finish_non_exhaustive()
    }
}

/// The broker's answer, or an error if it takes too long.
pub(super) async fn in_time<T>(answer: impl Future<Output = lapin::Result<T>>) -> Result<T, QueueError> {
    match timeout(ANSWER, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(QueueError::NoAnswer { seconds: ANSWER.as_secs() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(url: &str) -> Option<String> {
        Link::new(url, "test").err().map(|error| error.to_string())
    }

    #[test]
    fn a_wrong_url_is_told_without_its_password() {
        let told = refusal("http://user:secret@localhost").unwrap();
        assert!(told.contains("AMQP_URL") && !told.contains("secret"), "{told}");
        assert_eq!(refusal("amqp://user:secret@localhost:5672/vhost"), None);
        assert_eq!(refusal("amqps://localhost"), None);
    }

    #[test]
    fn the_password_is_not_shown() {
        let link = Link::new("amqp://user:secret@localhost", "test").unwrap();
        assert!(!format!("{link:?}").contains("secret"));
    }
}
