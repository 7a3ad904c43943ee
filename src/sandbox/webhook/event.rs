//! Something that happened, before anybody was told.

use crate::sandbox::answer;
use crate::sandbox::state::{Delivery, HostedRepository, Hub, Installation};
use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub struct Event {
    pub name: &'static str,
    pub installation: Option<i64>,
    pub repository: Option<i64>,
    pub payload: Value,
}

impl Event {
    /// Adds what every event of a repository carries.
    pub fn of_repository(hub: &Hub, name: &'static str, repository: &HostedRepository, mut payload: Value) -> Self {
        payload["repository"] = answer::repository(&hub.url, repository);
        payload["installation"] = answer::simple_installation(repository.installation);
        payload["sender"] = answer::account(&hub.url, repository.owner());
        Self { name, installation: Some(repository.installation), repository: Some(repository.id), payload }
    }

    /// Adds what every event of an installation carries.
    pub fn of_installation(hub: &Hub, name: &'static str, installation: &Installation, mut payload: Value) -> Self {
        payload["installation"] = answer::installation(&hub.url, &hub.state().app, installation);
        payload["sender"] = answer::account(&hub.url, &installation.account);
        Self { name, installation: Some(installation.id), repository: None, payload }
    }

    pub fn into_delivery(self) -> Delivery {
        let action = self.payload.get("action").and_then(Value::as_str).map(str::to_owned);
        Delivery {
            guid: uuid::Uuid::new_v4().to_string(),
            event: self.name.to_owned(),
            action,
            installation: self.installation,
            repository: self.repository,
            payload: serde_json::to_vec(&self.payload).unwrap_or_else(|_| json!({}).to_string().into_bytes()),
        }
    }
}
