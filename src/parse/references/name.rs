//! What may be a definition's name where it is called or mentioned.

use crate::model::name::MAX_NAME_BYTES;

/// The name that `text` begins with: kebab-case, of two bytes at least, and a word of its own.
pub fn name_at(text: &str) -> Option<&str> {
    let end = text.bytes().take(MAX_NAME_BYTES + 1).position(|byte| !is_kebab(byte)).unwrap_or(text.len());
    let (name, behind) = text.split_at_checked(end)?;
    let goes_on = behind.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    ((2..=MAX_NAME_BYTES).contains(&end) && !goes_on).then_some(name)
}

fn is_kebab(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}
