//! The reader over what is stored: whether a definition is still what it was taken for.

use crate::model::{BlobSha, Diagnostic, Location, SupportFile};
use crate::parse;
use crate::plan::digest;
use crate::store::jobs::{Judged, Stored};
use serde_json::{Value, json};
use std::panic::catch_unwind;

/// What the reader says of a stored definition now, and whether that is something else than before.
#[derive(Clone, Debug)]
pub struct Reread {
    pub judged: Judged,
    pub is_news: bool,
}

/// Reads the stored text again, if it is the one that was judged: of a broken file an older text may be stored, or one that is
/// not its bytes. What was said of such a file stands, and so does what a reader of another version said.
pub fn reread(stored: &Stored) -> Reread {
    let judged = |diagnostics: Value, error: Option<String>| Judged {
        id: stored.id.clone(),
        updated_at: stored.updated_at,
        diagnostics,
        error,
    };
    let support = SupportFile::listed_in(&stored.attributes);
    let location = match &stored.path {
        Some(path) => Location::from_seen(path, stored.seen.as_deref()),
        None => Some(Location::named(stored.kind, &stored.name)),
    };
    let Some(location) = location.filter(|location| is_what_was_judged(stored, location, &support)) else {
        return Reread { judged: judged(stored.diagnostics.clone(), stored.error.clone()), is_news: false };
    };
    let reading = catch_unwind(|| parse::parse(&location, stored.content.as_bytes(), &support));
    let Ok(parsed) = reading else {
        let error = Some("the reader panicked; please report this file".to_owned());
        return Reread { judged: judged(stored.diagnostics.clone(), error), is_news: false };
    };
    let error = parsed.error().map(|found: &Diagnostic| found.message.clone());
    let diagnostics = json!(parsed.diagnostics);
    let is_news = diagnostics != stored.diagnostics || error != stored.error;
    Reread { judged: judged(diagnostics, error), is_news }
}

fn is_what_was_judged(stored: &Stored, location: &Location, support: &[SupportFile]) -> bool {
    let blob = BlobSha::of_bytes(stored.content.as_bytes());
    let seen = digest(location, blob.as_str(), support);
    stored.blob.as_deref() == Some(blob.as_str()) && stored.seen.as_deref() == Some(&seen)
}

impl Reread {
    /// The first finding that makes the definition broken.
    pub fn error(&self) -> Option<&str> {
        self.judged.error.as_deref()
    }
}
