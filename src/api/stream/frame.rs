//! Events as they go over the wire, made once for all readers.

use crate::model::{Kind, WorkspaceId};
use crate::store::events::{Event, RunProgress, Stale};
use crate::store::rows::event::EventRow;
use actix_web::web::Bytes;
use serde_json::{Value, json};

/// A comment, so that both sides and everything between know that the other is there.
pub(super) const HEARTBEAT: Bytes = Bytes::from_static(b": still here\n\n");

/// One event.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub number: i64,
    /// What it says is out of date, if that is all it says.
    stale: Option<Stale>,
    bytes: Bytes,
}

/// Some events that follow each other.
#[derive(Clone, Debug)]
pub(super) struct Frames {
    frames: Vec<Frame>,
    /// All of them.
    bytes: Bytes,
}

impl Frames {
    pub(super) fn of(workspace: &WorkspaceId, rows: &[EventRow]) -> Self {
        let mut all = Vec::new();
        let mut ends = Vec::with_capacity(rows.len());
        for row in rows {
            let begin = all.len();
            let stale = write(&mut all, workspace, row);
            ends.push((row.number, stale, begin..all.len()));
        }
        // Each frame is a piece of the whole: the bytes are here once.
        let bytes = Bytes::from(all);
        let frames = ends.into_iter().map(|(number, stale, at)| Frame { number, stale, bytes: bytes.slice(at) });
        Self { frames: frames.collect(), bytes }
    }

    pub(super) fn first(&self) -> Option<i64> {
        self.frames.first().map(|frame| frame.number)
    }

    pub(super) fn last(&self) -> Option<i64> {
        self.frames.last().map(|frame| frame.number)
    }

    /// What is news to somebody who has everything up to `after` and looks at `kind`.
    pub(super) fn after(&self, after: i64, kind: Option<Kind>) -> Bytes {
        if kind.is_none() && self.first() == Some(after + 1) {
            return self.bytes.clone();
        }
        joined(self.frames.iter().filter(|frame| frame.number > after && frame.concerns(kind)))
    }
}

fn joined<'a>(frames: impl Iterator<Item = &'a Frame>) -> Bytes {
    Bytes::from(frames.flat_map(|frame| frame.bytes.iter().copied()).collect::<Vec<u8>>())
}

/// Returns what the event says is out of date, if that is all it says.
fn write(to: &mut Vec<u8>, workspace: &WorkspaceId, row: &EventRow) -> Option<Stale> {
    // One that a newer version wrote: it may have changed anything.
    let event = serde_json::from_value(row.data.clone()).unwrap_or(Event::Invalidate(Stale::everything()));
    let (name, data, stale) = match event {
        Event::Progress(run) => ("progress", progress(&run, &[]), None),
        Event::Completed(run) => ("completed", progress(&run, &keys(workspace, &Stale::default())), None),
        Event::Invalidate(stale) => ("invalidate", json!({"keys": keys(workspace, &stale)}), Some(stale)),
    };
    to.extend_from_slice(&rendered(row.number, name, &data));
    stale
}

impl Frame {
    fn concerns(&self, kind: Option<Kind>) -> bool {
        match (&self.stale, kind) {
            (Some(stale), Some(kind)) => stale.concerns(kind),
            _ => true,
        }
    }
}

fn progress(run: &RunProgress, keys: &[Value]) -> Value {
    let mut data = json!(run);
    if !keys.is_empty() {
        data["keys"] = json!(keys);
    }
    data
}

/// The queries whose answers are out of date, the way clients name them: every key that begins with one of these.
fn keys(workspace: &WorkspaceId, stale: &Stale) -> Vec<Value> {
    if stale.everything {
        return vec![json!(["workspaces", workspace])];
    }
    let kinds = stale.kinds.iter().map(|kind| kind.plural());
    let graph = (!stale.kinds.is_empty()).then_some("graph");
    kinds.chain(graph).chain(["sync", "runs", "tasks"]).map(|part| json!(["workspaces", workspace, part])).collect()
}

/// From here on everything is told.
pub(super) fn ready(last: i64) -> Bytes {
    rendered(last, "ready", &json!({}))
}

/// What happened since is not known any more.
pub(super) fn reset(workspace: &WorkspaceId, last: i64) -> Bytes {
    let reason = "the last event that was seen is too old, or unknown: read everything again";
    rendered(last, "reset", &json!({"reason": reason, "keys": keys(workspace, &Stale::everything())}))
}

/// JSON in one line holds no line break, so it needs no more than one `data:`.
fn rendered(number: i64, name: &str, data: &Value) -> Bytes {
    Bytes::from(format!("id: {number}\nevent: {name}\ndata: {data}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::now;

    fn row(number: i64, event: &Event) -> EventRow {
        EventRow { workspace_id: "w".into(), number, data: json!(event), created_at: now() }
    }

    fn rules() -> Event {
        Event::Invalidate(Stale { kinds: [Kind::Rule].into(), everything: false })
    }

    fn text(bytes: &Bytes) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn an_invalidation_names_the_queries() {
        let frames = Frames::of(&WorkspaceId::from_text("w"), &[row(7, &rules())]);
        insta::assert_snapshot!(text(&frames.after(6, None)), @r#"
        id: 7
        event: invalidate
        data: {"keys":[["workspaces","w","rules"],["workspaces","w","graph"],["workspaces","w","sync"],["workspaces","w","runs"],["workspaces","w","tasks"]]}
        "#);
    }

    #[test]
    fn what_is_known_and_what_concerns_other_kinds_is_left_out() {
        let frames = Frames::of(
            &WorkspaceId::from_text("w"),
            &[row(7, &rules()), row(8, &Event::Invalidate(Stale::everything())), row(9, &rules())],
        );
        assert!(text(&frames.after(6, Some(Kind::Agent))).starts_with("id: 8\n"));
        assert!(text(&frames.after(8, None)).starts_with("id: 9\n"));
        assert_eq!(text(&frames.after(8, Some(Kind::Agent))), "");
    }

    #[test]
    fn an_event_of_a_newer_version_invalidates_everything() {
        let newer = EventRow { data: json!({"type": "to come"}), ..row(1, &rules()) };
        let frames = Frames::of(&WorkspaceId::from_text("w"), &[newer]);
        assert!(text(&frames.after(0, None)).contains(r#"{"keys":[["workspaces","w"]]}"#));
    }
}
