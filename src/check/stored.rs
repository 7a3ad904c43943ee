//! The reader over what is stored: whether a definition is still what it was taken for.

use crate::model::{Diagnostic, Location, SupportFile};
use crate::parse;
use crate::store::jobs::{Judged, Stored};
use serde_json::{Value, json};

/// What the reader says of a stored definition now, and whether that is something else than before.
#[derive(Clone, Debug)]
pub struct Reread {
    pub judged: Judged,
    pub is_news: bool,
}

/// Reads the stored text again. Of a definition whose newer text in git is broken that newer text is not here; what was said of
/// it stands.
pub fn reread(stored: &Stored) -> Reread {
    let location = stored.path.as_deref().and_then(Location::of);
    let judged = |diagnostics: Value, error: Option<String>| Judged {
        id: stored.id.clone(),
        updated_at: stored.updated_at,
        diagnostics,
        error,
    };
    let Some(location) = location.filter(|_| !stored.is_older) else {
        return Reread { judged: judged(stored.diagnostics.clone(), stored.error.clone()), is_news: false };
    };
    let parsed = parse::parse(&location, stored.content.as_bytes(), &support(&stored.attributes));
    let error = parsed.error().map(|found: &Diagnostic| found.message.clone());
    let diagnostics = json!(parsed.diagnostics);
    let is_news = diagnostics != stored.diagnostics || error != stored.error;
    Reread { judged: judged(diagnostics, error), is_news }
}

impl Reread {
    /// The first finding that makes the definition broken.
    pub fn error(&self) -> Option<&str> {
        self.judged.error.as_deref()
    }
}

/// The files beside a skill, as its attributes list them.
fn support(attributes: &Value) -> Vec<SupportFile> {
    serde_json::from_value(attributes["supportFiles"].clone()).unwrap_or_default()
}
