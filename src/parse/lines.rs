//! Cursor's own way to read a frontmatter: line by line, `key: rest of line`.
//!
//! It tells where each key stands, and what the value is where YAML cannot read it (`globs: **/*.ts`).

use super::fence::Part;
use super::findings::Position;
use super::source::clamp;

/// Longer texts before a colon are prose.
const MAX_KEY_BYTES: usize = 100;

/// A key at the outermost level, with all lines down to the next key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    pub key: &'a str,
    pub line: u32,
    /// Of the key.
    pub column: u32,
    /// The rest of the key's line, trimmed: what Cursor takes for the value.
    pub rest: &'a str,
    /// The entry's lines.
    pub text: &'a str,
}

impl<'a> Entry<'a> {
    pub fn at(&self) -> Position {
        Position { line: self.line, column: self.column }
    }

    /// The key's own line.
    pub fn first_line(&self) -> &'a str {
        self.text.lines().next().unwrap_or_default()
    }

    /// Lines below the key's own that say something.
    pub fn more_lines(&self) -> usize {
        self.text.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).count()
    }
}

/// The entries of a frontmatter, in their order. What stands before the first key is left out.
pub fn entries(block: Part<'_>) -> Vec<Entry<'_>> {
    let mut found: Vec<(usize, Entry<'_>)> = Vec::new();
    let mut offset = 0;
    let mut indent = None;
    for (number, raw) in block.text.split_inclusive('\n').enumerate() {
        let line = raw.trim_end();
        let spaces = line.len() - line.trim_start_matches(' ').len();
        let key = line.get(spaces..).and_then(key_of);
        if let Some((key, rest)) = key.filter(|_| *indent.get_or_insert(spaces) == spaces) {
            let line = block.first_line + clamp(number);
            found.push((offset, Entry { key, line, column: clamp(spaces) + 1, rest, text: "" }));
        }
        offset += raw.len();
    }
    let ends: Vec<usize> = found.iter().skip(1).map(|(start, _)| *start).chain([offset]).collect();
    let mut entries = Vec::with_capacity(found.len());
    for ((start, entry), end) in found.into_iter().zip(ends) {
        entries.push(Entry { text: block.text.get(start..end).unwrap_or_default(), ..entry });
    }
    entries
}

/// Takes `key: rest` apart; the key may be quoted. `None` for any other line.
pub fn key_of(line: &str) -> Option<(&str, &str)> {
    let colon = line.find(": ").or_else(|| line.strip_suffix(':').map(str::len)).or_else(|| bare_colon(line))?;
    let (key, rest) = line.split_at_checked(colon)?;
    let key = unquoted(key.trim_end());
    let fits = !key.is_empty() && key.len() <= MAX_KEY_BYTES && !key.starts_with(['#', '-', '[', '{', '*', '>', '`']);
    fits.then(|| (key, rest.get(1..).unwrap_or_default().trim()))
}

/// `alwaysApply:true`: no YAML, yet a key to Cursor. A URL is none.
fn bare_colon(line: &str) -> Option<usize> {
    let colon = line.find(':')?;
    let word = line.get(..colon)?.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    (word && !line.get(colon + 1..)?.starts_with('/')).then_some(colon)
}

fn unquoted(key: &str) -> &str {
    let inner = |quote: char| key.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(key)
}
