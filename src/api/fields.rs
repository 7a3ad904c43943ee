//! `fields`: the few of a definition's fields that a list is asked for.

use super::answer::{self, ListedDefinition, Problems};
use crate::model::Kind;

/// Which fields are shown; all of them if none is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fields(Vec<String>);

impl Fields {
    /// Adds what is wrong to `problems`: each name that a list of this kind does not have.
    pub(super) fn read(text: Option<&str>, kind: Kind, problems: &mut Problems) -> Self {
        let named: Vec<&str> = text.map(|text| text.split(',').map(str::trim).collect()).unwrap_or_default();
        let known = [&answer::FIELDS, answer::fields_of(kind)].concat();
        for name in named.iter().filter(|name| !known.contains(name)) {
            let problem = format!("a list of {} has no field {name:?}; it has {}", kind.plural(), known.join(", "));
            problems.add("fields", problem);
        }
        Self(named.into_iter().map(str::to_owned).collect())
    }

    pub(super) fn of(&self, shown: ListedDefinition) -> ListedDefinition {
        if self.0.is_empty() { shown } else { shown.with_only(&self.0) }
    }
}
