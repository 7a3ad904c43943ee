//! A reader of server-sent events.

use super::app::{ADMIN_TOKEN, TestApp};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// Far longer than anything takes that is to come.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub struct Events {
    response: reqwest::Response,
    /// Read, and not yet an event.
    text: String,
}

#[derive(Clone, Debug)]
pub struct Event {
    pub id: i64,
    pub name: String,
    pub data: Value,
}

impl Events {
    /// Of a workspace, as the administrator, from now on.
    pub async fn open(app: &TestApp, workspace: &str) -> Self {
        Self::open_at(app.address(), workspace, ADMIN_TOKEN, None).await
    }

    /// What came after event `last`.
    pub async fn open_after(app: &TestApp, workspace: &str, last: i64) -> Self {
        Self::open_at(app.address(), workspace, ADMIN_TOKEN, Some(last)).await
    }

    /// `workspace` may be followed by a kind.
    pub async fn open_at(address: &str, workspace: &str, token: &str, last: Option<i64>) -> Self {
        let url = format!("{address}/api/workspaces/{workspace}/sync/stream");
        let mut request = reqwest::Client::new().get(url).bearer_auth(token);
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let response = request.send().await.expect("the server answers");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
        Self { response, text: String::new() }
    }

    /// The next event, comments left out; `None` when the stream has ended.
    pub async fn next(&mut self) -> Option<Event> {
        loop {
            let block = self.block().await?;
            if let Some(event) = Event::of(&block) {
                return Some(event);
            }
        }
    }

    /// All events until one of this name, that one included.
    pub async fn until(&mut self, name: &str) -> Vec<Event> {
        let mut all = Vec::new();
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("the stream ended before {name}: {all:?}"));
            let found = event.name == name;
            all.push(event);
            if found {
                return all;
            }
        }
    }

    /// Until an empty line.
    pub async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                return Some(block);
            }
            let chunk = timeout(PATIENCE, self.response.chunk()).await.expect("the stream says something in time");
            self.text += std::str::from_utf8(&chunk.ok()??).expect("UTF-8, whole characters in a chunk");
        }
    }
}

impl Event {
    fn of(block: &str) -> Option<Self> {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        Some(Self {
            id: field("id")?.parse().expect("a number"),
            name: field("event")?.to_owned(),
            data: serde_json::from_str(field("data")?).expect("JSON"),
        })
    }
}

/// The numbers of these events follow each other, the first one `after`.
pub fn assert_whole(events: &[Event], after: i64) {
    let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
    let expected: Vec<i64> = (after + 1..).take(events.len()).collect();
    assert_eq!(ids, expected, "each event once, in order");
}
