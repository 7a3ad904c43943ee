//! Events of a repository's settings.

use super::event::Event;
use crate::sandbox::state::{HostedRepository, Hub};
use serde_json::json;

/// A change that has been made already; the event names what was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RepositoryChange {
    Renamed { from: String },
    DefaultBranch { from: String },
    Archived,
    Unarchived,
    Privatized,
    Publicized,
}

pub fn repository_event(hub: &Hub, repository: &HostedRepository, change: &RepositoryChange) -> Event {
    let payload = match change {
        RepositoryChange::Renamed { from } => {
            json!({"action": "renamed", "changes": {"repository": {"name": {"from": from}}}})
        }
        RepositoryChange::DefaultBranch { from } => {
            json!({"action": "edited", "changes": {"default_branch": {"from": from}}})
        }
        RepositoryChange::Archived => json!({"action": "archived"}),
        RepositoryChange::Unarchived => json!({"action": "unarchived"}),
        RepositoryChange::Privatized => json!({"action": "privatized"}),
        RepositoryChange::Publicized => json!({"action": "publicized"}),
    };
    Event::of_repository(hub, "repository", repository, payload)
}
