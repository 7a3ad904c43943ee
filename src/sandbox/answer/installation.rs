//! An installation, in full and as webhooks of other events name it.

use super::{account, node_id};
use crate::sandbox::site::Site;
use crate::sandbox::state::{App, Installation, installation_account_id};
use serde_json::{Value, json};

pub fn installation(base: &Site, app: &App, installation: &Installation) -> Value {
    let Installation { id, account: login, permissions, events, suspended_at, created_at } = installation;
    let suspended_by = suspended_at.as_ref().map(|_| account(base, login));
    json!({
        "id": id, "account": account(base, login), "repository_selection": "selected",
        "access_tokens_url": format!("{}/app/installations/{id}/access_tokens", base.api),
        "repositories_url": format!("{}/installation/repositories", base.api),
        "html_url": format!("{base}/settings/installations/{id}"),
        "app_id": app.id, "app_slug": app.slug, "client_id": app.client_id(),
        "target_id": installation_account_id(login), "target_type": "User",
        "permissions": permissions, "events": events, "created_at": created_at, "updated_at": created_at,
        "single_file_name": null, "has_multiple_single_files": false, "single_file_paths": [],
        "suspended_by": suspended_by, "suspended_at": suspended_at,
    })
}

pub fn simple_installation(id: i64) -> Value {
    json!({"id": id, "node_id": node_id("Integration", id)})
}
