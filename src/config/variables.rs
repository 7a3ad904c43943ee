//! Reads variables and gathers what is wrong with them.

use super::{ConfigError, Problem};

pub(super) struct Variables<'a> {
    read: &'a dyn Fn(&str) -> Option<String>,
    problems: Vec<Problem>,
}

impl<'a> Variables<'a> {
    pub(super) fn new(read: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { read, problems: Vec::new() }
    }

    /// The variable without white space around it; `None` if it is not set or empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.read)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// The variable read by `parse`, or `otherwise`. `mend` says what a good value looks like.
    pub(super) fn parsed<T>(
        &mut self,
        name: &'static str,
        mend: &str,
        otherwise: T,
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        let Some(text) = self.text(name) else {
            return otherwise;
        };
        parse(&text).unwrap_or_else(|| {
            self.problem(name, format!("{} cannot be used", shown(&text)), mend);
            otherwise
        })
    }

    pub(super) fn problem(&mut self, variable: &'static str, what: impl Into<String>, mend: impl Into<String>) {
        self.problems.push(Problem { variable, what: what.into(), mend: mend.into() });
    }

    pub(super) fn finish(self) -> Result<(), ConfigError> {
        if self.problems.is_empty() { Ok(()) } else { Err(ConfigError(self.problems)) }
    }
}

/// The value as it was given, unless it may hold a secret or is too long to be helpful.
fn shown(text: &str) -> String {
    let plain = text.len() <= 80 && !["@", "?", "-----"].iter().any(|sign| text.contains(sign));
    if plain { format!("{text:?}") } else { "its value (not shown, it may hold a secret)".to_owned() }
}
