//! Reads variables and gathers what is wrong with them.

use super::stored_app::StoredApp;
use super::{ConfigError, Origin, Problem};
use std::collections::BTreeMap;

pub(super) struct Variables<'a> {
    read: &'a dyn Fn(&str) -> Option<String>,
    /// What counts where a variable is not set.
    stored: Option<StoredApp>,
    origins: BTreeMap<&'static str, Origin>,
    problems: Vec<Problem>,
}

impl<'a> Variables<'a> {
    pub(super) fn new(read: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { read, stored: None, origins: BTreeMap::new(), problems: Vec::new() }
    }

    /// From now on this App counts where the environment says nothing, unless that names another one.
    pub(super) fn fall_back_on(&mut self, stored: StoredApp) {
        let other = self.set("GITHUB_APP_ID").is_some_and(|id| id != stored.id.to_string());
        self.stored = Some(stored).filter(|_| !other);
    }

    pub(super) fn stored(&self) -> Option<&StoredApp> {
        self.stored.as_ref()
    }

    /// The variable without white space around it; `None` if it is not set or empty.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        if let Some(text) = self.set(name) {
            self.origins.insert(name, Origin::Environment);
            return Some(text);
        }
        let text = self.stored.as_ref()?.variable(name)?;
        self.origins.insert(name, Origin::StoredApp);
        Some(text)
    }

    fn set(&self, name: &str) -> Option<String> {
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

    /// Where each variable comes from that does not stand at its default.
    pub(super) fn finish(self) -> Result<BTreeMap<&'static str, Origin>, ConfigError> {
        if self.problems.is_empty() { Ok(self.origins) } else { Err(ConfigError(self.problems)) }
    }
}

/// The value as it was given, unless it may hold a secret or is too long to be helpful.
fn shown(text: &str) -> String {
    let plain = text.len() <= 80 && !["@", "?", "-----"].iter().any(|sign| text.contains(sign));
    if plain { format!("{text:?}") } else { "its value (not shown, it may hold a secret)".to_owned() }
}
