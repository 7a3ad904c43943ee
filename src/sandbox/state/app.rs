//! The App as its settings page would show it.

use crate::sandbox::options::WebhookFormat;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub struct App {
    pub id: i64,
    pub slug: String,
    /// The login of who owns it.
    pub owner: String,
    pub permissions: BTreeMap<String, String>,
    pub events: Vec<String>,
    pub webhook_secret: String,
    pub webhook_url: Option<String>,
    pub webhook_format: WebhookFormat,
    /// Deliveries go out whatever certificate the receiver has.
    pub insecure_ssl: bool,
    pub client_secret: String,
    /// Where browsers are sent back to.
    pub callback_url: Option<String>,
}

impl App {
    pub fn client_id(&self) -> String {
        format!("Iv23li{:014}", self.id)
    }
}

/// Those of an App that nobody registered.
pub fn usual_permissions() -> BTreeMap<String, String> {
    let all = [("checks", "write"), ("contents", "read"), ("metadata", "read"), ("pull_requests", "read")];
    all.map(|(name, access)| (name.to_owned(), access.to_owned())).into()
}

pub fn usual_events() -> Vec<String> {
    ["check_run", "check_suite", "pull_request", "push", "repository"].map(str::to_owned).into()
}
