//! `installation`: the App is installed somewhere, suspended, resumed, removed.

use super::account::{Installation, Repository};
use super::text::Text;
use crate::model::{Event, InstallationEvent};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Payload<'a> {
    #[serde(borrow)]
    action: Text<'a>,
    #[serde(borrow)]
    installation: Installation<'a>,
    /// May be cut short where an account has many: the schedule finds the rest.
    #[serde(borrow)]
    repositories: Option<Vec<Repository<'a>>>,
}

impl Payload<'_> {
    pub(super) fn into_event(self) -> (Option<String>, Event) {
        let event = match &*self.action.0 {
            "created" | "new_permissions_accepted" => InstallationEvent::Active {
                installation: self.installation.account(),
                repositories: self.repositories.iter().flatten().map(Repository::facts).collect(),
            },
            "suspend" => InstallationEvent::Suspended(self.installation.id()),
            "unsuspend" => InstallationEvent::Unsuspended(self.installation.id()),
            "deleted" => InstallationEvent::Deleted(self.installation.id()),
            _ => return (Some(self.action.kept()), Event::Nothing),
        };
        (Some(self.action.kept()), Event::Installation(event))
    }
}
