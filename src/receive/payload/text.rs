//! A text in a payload.

use serde::Deserialize;
use std::borrow::Cow;

/// Bytes of a text that is kept: more than any name at GitHub has, less than an index of PostgreSQL refuses.
const LIMIT: usize = 1000;

/// Borrowed from the body unless it holds an escape. (A type of its own, since serde owns a `Cow` inside a `Vec`.)
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

impl Text<'_> {
    /// As the databases take it: PostgreSQL refuses NUL, and long keys.
    pub(super) fn kept(&self) -> String {
        let text = &self.0[..];
        let end = (0..=LIMIT.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
        text[..end].replace('\0', "\u{FFFD}")
    }

    /// Whether [`Self::kept`] keeps it as it is.
    pub(super) fn is_keepable(&self) -> bool {
        self.0.len() <= LIMIT && !self.0.contains('\0')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_replaced_and_long_texts_are_cut_between_characters() {
        assert_eq!(Text("a\0b".into()).kept(), "a\u{FFFD}b");
        let long = "ü".repeat(600);
        assert_eq!(Text(Cow::Borrowed(&long)).kept(), "ü".repeat(500));
        assert_eq!(Text(format!("x{long}").into()).kept().len(), 999);
        assert_eq!(Text("".into()).kept(), "");
    }
}
