//! Bytes in, definition out: a pure function with no I/O, bounded in time and memory, that never panics.

use crate::model::{Location, Parsed, SupportFile};

/// Counts up whenever the reader sees something else in the same bytes; every stored file is then read again.
pub const READER_VERSION: i32 = 1;

/// Reads the file at `location`. `support` lists the files beside a `SKILL.md`; it is empty for the other kinds.
pub fn parse(_location: &Location, _bytes: &[u8], _support: &[SupportFile]) -> Parsed {
    todo!()
}
