//! The App itself.

use super::{account, node_id};
use crate::sandbox::site::Site;
use crate::sandbox::state::App;
use serde_json::{Value, json};

/// What the App is subscribed to.
pub const EVENTS: [&str; 5] = ["check_run", "check_suite", "pull_request", "push", "repository"];

const BIRTH: &str = "2026-01-01T00:00:00Z";

pub fn permissions() -> Value {
    json!({"checks": "write", "contents": "read", "metadata": "read", "pull_requests": "read"})
}

pub fn app(base: &Site, app: &App) -> Value {
    json!({
        "id": app.id, "slug": app.slug, "client_id": format!("Iv23li{:014}", app.id), "node_id": node_id("App", app.id),
        "owner": account(base, "octo-owner"), "name": app.slug, "description": null,
        "external_url": base.web, "html_url": format!("{base}/apps/{}", app.slug), "created_at": BIRTH, "updated_at": BIRTH,
        "permissions": permissions(), "events": EVENTS,
    })
}
