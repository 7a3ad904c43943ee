//! `installation_repositories`: an owner lets the App see more repositories, or fewer.

use super::account::{Installation, Repository};
use super::text::Text;
use crate::model::{Event, RepositoryId};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    action: Option<Text<'a>>,
    #[serde(borrow)]
    installation: Installation<'a>,
    #[serde(borrow)]
    repositories_added: Option<Vec<Repository<'a>>>,
    repositories_removed: Option<Vec<Removed>>,
}

#[derive(Debug, Deserialize)]
struct Removed {
    id: i64,
}

impl Payload<'_> {
    pub(super) fn into_event(self) -> (Option<String>, Event) {
        let event = Event::InstallationRepositories {
            installation: self.installation.account(),
            added: self.repositories_added.iter().flatten().map(Repository::facts).collect(),
            removed: self.repositories_removed.iter().flatten().map(|it| RepositoryId::new(it.id)).collect(),
        };
        (self.action.as_ref().map(Text::kept), event)
    }
}
