//! What GitHub lists of the App's webhooks, and how one is asked for again.

use super::call::{Call, Endpoint, Form};
use super::client::GitHub;
use super::error::GitHubError;
use super::pages::PER_PAGE;
use crate::model::{DeliveryId, InstallationId, ListedDelivery, RepositoryId};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::json;
use url::form_urlencoded::Serializer;

/// Newest first.
#[derive(Clone, Debug)]
pub struct DeliveryPage {
    pub deliveries: Vec<ListedDelivery>,
    /// Where older ones are to be had, if there are any.
    pub older: Option<String>,
}

#[derive(Deserialize)]
struct Seen {
    id: i64,
    guid: DeliveryId,
    delivered_at: DateTime<Utc>,
    status: String,
    status_code: i64,
    event: String,
    action: Option<String>,
    installation_id: Option<InstallationId>,
    repository_id: Option<RepositoryId>,
}

impl GitHub {
    /// The newest deliveries, or those that a page before called older. All of them, since what timed out or found nobody is
    /// neither success nor failure in GitHub's own filter.
    pub async fn deliveries(&self, older: Option<&str>) -> Result<DeliveryPage, GitHubError> {
        let subject = "the App's deliveries";
        let answer = self.get(Endpoint::Deliveries, subject, path(older)).await?;
        let seen: Vec<Seen> = answer.json(subject)?;
        let deliveries: Vec<ListedDelivery> = seen.into_iter().map(ListedDelivery::from).collect();
        let older = if deliveries.is_empty() { None } else { answer.next_cursor() };
        Ok(DeliveryPage { deliveries, older })
    }

    /// Has GitHub send one again, under its own id.
    pub async fn redeliver(&self, attempt: i64) -> Result<(), GitHubError> {
        let path = format!("/app/hook/deliveries/{attempt}/attempts");
        let call = Call::new(Endpoint::Redelivery, format!("delivery {attempt}"), Form::Post(path, json!({})));
        self.send(&call).await?.accepted(&call.subject, None).map(drop)
    }
}

fn path(older: Option<&str>) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("per_page", &PER_PAGE.to_string());
    query.extend_pairs(older.map(|cursor| ("cursor", cursor)));
    format!("/app/hook/deliveries?{}", query.finish())
}

impl From<Seen> for ListedDelivery {
    fn from(seen: Seen) -> Self {
        Self {
            id: seen.guid,
            attempt: seen.id,
            event: seen.event,
            action: seen.action,
            installation: seen.installation_id,
            repository: seen.repository_id,
            status: format!("{} ({})", seen.status, seen.status_code),
            delivered_at: seen.delivered_at.naive_utc(),
        }
    }
}
