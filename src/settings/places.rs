//! Where in the file its keys and values stand.

use crate::parse::fence::Part;
use crate::parse::findings::Position;
use crate::parse::lines::{self, Entry};
use crate::parse::source::clamp;

/// The keys of the outermost level with their lines.
pub struct Places<'a>(Vec<Entry<'a>>);

impl<'a> Places<'a> {
    pub fn of(text: &'a str) -> Self {
        Self(lines::entries(Part { text, first_line: 1 }))
    }

    /// Of a key; of one that comes twice, the one that counts.
    pub fn key(&self, key: &str) -> Position {
        self.entry(key).map_or(Position::START, Entry::at)
    }

    /// Where a text stands within the value of a key; the key itself if that is not to be found.
    pub fn within(&self, key: &str, text: &str) -> Position {
        let Some(entry) = self.entry(key) else {
            return Position::START;
        };
        let behind_key = entry.text.find(':').map_or(0, |at| at + 1);
        let found = entry.text.get(behind_key..).and_then(|value| value.find(text));
        let Some(at) = found.map(|at| behind_key + at).filter(|_| !text.is_empty()) else {
            return entry.at();
        };
        let before = entry.text.get(..at).unwrap_or_default();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        Position { line: entry.line + clamp(before.matches('\n').count()), column: clamp(column) + 1 }
    }

    fn entry(&self, key: &str) -> Option<&Entry<'a>> {
        self.0.iter().rfind(|entry| entry.key == key)
    }
}
