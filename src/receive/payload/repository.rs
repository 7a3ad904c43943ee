//! `repository`: renamed, edited, transferred, archived, …

use super::account::{Installation, Repository};
use super::text::Text;
use crate::model::{Event, RepositoryChange};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    action: Option<Text<'a>>,
    #[serde(borrow)]
    installation: Option<Installation<'a>>,
    #[serde(borrow)]
    repository: Repository<'a>,
}

impl Payload<'_> {
    /// Whatever the action is, the payload tells how the repository stands now, unless it is gone.
    pub(super) fn into_event(self) -> (Option<String>, Event) {
        let action = self.action.as_ref().map(Text::kept);
        let deleted = action.as_deref() == Some("deleted");
        let owner = self.repository.owner.as_ref();
        let event = Event::Repository {
            installation: self.installation.as_ref().map(|installation| installation.account_or_owner(owner)),
            repository: self.repository.facts(),
            change: if deleted { RepositoryChange::Deleted } else { RepositoryChange::Facts },
        };
        (action, event)
    }
}
