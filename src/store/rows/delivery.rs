//! The inbox.

use crate::model::{Delivery, Event, InstallationEvent};
use crate::store::schema::deliveries;
use chrono::NaiveDateTime;
use diesel::prelude::*;

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = deliveries, treat_none_as_default_value = false)]
pub(crate) struct NewDelivery {
    pub id: String,
    pub event: String,
    pub action: Option<String>,
    pub installation_id: Option<i64>,
    pub repository_id: Option<i64>,
    pub git_ref: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
    pub outcome: String,
    pub received_at: NaiveDateTime,
    pub times: i32,
    pub last_received_at: NaiveDateTime,
}

impl NewDelivery {
    pub(crate) fn of(delivery: &Delivery, outcome: &str, now: NaiveDateTime) -> Self {
        let (installation_id, repository_id) = about(&delivery.event);
        let push = match &delivery.event {
            Event::Push(push) => Some(push),
            _ => None,
        };
        Self {
            id: delivery.id.0.clone(),
            event: delivery.name.clone(),
            action: delivery.action.clone(),
            installation_id,
            repository_id,
            git_ref: push.map(|push| push.git_ref.clone()),
            before: push.and_then(|push| push.before.as_ref()).map(ToString::to_string),
            after: push.and_then(|push| push.after.as_ref()).map(ToString::to_string),
            outcome: outcome.to_owned(),
            received_at: now,
            times: 1,
            last_received_at: now,
        }
    }
}

/// Installation and repository that an event is about.
fn about(event: &Event) -> (Option<i64>, Option<i64>) {
    match event {
        Event::Push(push) => (push.installation.as_ref().map(|it| it.installation.0), Some(push.repository.id.0)),
        Event::Installation(InstallationEvent::Active { installation, .. }) => {
            (Some(installation.installation.0), None)
        }
        Event::Installation(
            InstallationEvent::Suspended(id) | InstallationEvent::Unsuspended(id) | InstallationEvent::Deleted(id),
        ) => (Some(id.0), None),
        Event::InstallationRepositories { installation, .. } => (Some(installation.installation.0), None),
        Event::Repository { installation, repository, .. } => {
            (installation.as_ref().map(|it| it.installation.0), Some(repository.id.0))
        }
        Event::CheckRerequested { repository, .. } => (None, Some(repository.0)),
        Event::PullRequest(pull) => (None, Some(pull.repository.id.0)),
        Event::Nothing => (None, None),
    }
}
