//! The App itself.

use super::{account, node_id};
use crate::sandbox::site::Site;
use crate::sandbox::state::App;
use serde_json::{Value, json};

const BIRTH: &str = "2026-01-01T00:00:00Z";

pub fn app(base: &Site, app: &App) -> Value {
    json!({
        "id": app.id, "slug": app.slug, "client_id": app.client_id(), "node_id": node_id("App", app.id),
        "owner": account(base, &app.owner), "name": app.slug, "description": null,
        "external_url": base.web, "html_url": format!("{base}/apps/{}", app.slug), "created_at": BIRTH, "updated_at": BIRTH,
        "permissions": app.permissions, "events": app.events,
    })
}
