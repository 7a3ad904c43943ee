//! Events of the App itself and of its installations.

use super::event::Event;
use crate::sandbox::answer;
use crate::sandbox::state::{HostedRepository, Hub, Installation};
use serde_json::{Value, json};

pub fn ping_event(hub: &Hub) -> Event {
    let state = hub.state();
    let url = state.app.webhook_url.clone().unwrap_or_default();
    let hook = json!({
        "type": "App", "id": 1, "name": "web", "active": true, "events": state.app.events, "app_id": state.app.id,
        "config": {"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": url},
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
        "deliveries_url": format!("{}/app/hook/deliveries", hub.url.api),
    });
    let payload = json!({"zen": "Keep it logically awesome.", "hook_id": 1, "hook": hook});
    Event { name: "ping", installation: None, repository: None, payload }
}

/// `created`, `deleted`, `suspend`, `unsuspend`; the first two list the repositories.
pub fn installation_event(
    hub: &Hub,
    action: &str,
    installation: &Installation,
    repositories: &[HostedRepository],
) -> Event {
    let mut payload = json!({"action": action});
    if matches!(action, "created" | "deleted") {
        payload["repositories"] = short(repositories);
        payload["requester"] = Value::Null;
    }
    Event::of_installation(hub, "installation", installation, payload)
}

/// `added` or `removed`.
pub fn repositories_event(
    hub: &Hub,
    action: &str,
    installation: &Installation,
    repositories: &[HostedRepository],
) -> Event {
    let (added, removed) = if action == "added" { (repositories, &[][..]) } else { (&[][..], repositories) };
    let payload = json!({
        "action": action, "repository_selection": "selected", "requester": null,
        "repositories_added": short(added), "repositories_removed": short(removed),
    });
    Event::of_installation(hub, "installation_repositories", installation, payload)
}

fn short(repositories: &[HostedRepository]) -> Value {
    repositories.iter().map(answer::short_repository).collect()
}
