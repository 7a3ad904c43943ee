//! The inbox, as an administrator reads it.

use super::registry::Registry;
use crate::support::Database;
use dotcursor::model::RepositoryId;

pub async fn the_inbox_is_newest_first_and_filtered(database: Database) {
    // A repository that was never read would owe its import, whatever a push touches.
    let registry = Registry::with(database, &[(".cursor/rules/style.mdc", "Use tabs.")]).await;
    registry.scene.push(&[]).await;
    registry.scene.push_of(RepositoryId::new(8), "octo/other").await;
    assert_shown!(registry.get("/api/deliveries?pageSize=1").await.shown(), @r#"
    200 {
      "data": [
        {
          "action": null,
          "after": "827c32c762fd12dbcf8255b549c9760b44d975da",
          "before": "a82f01c893f1a57bf93bc6271590bed8b5ae6a11",
          "event": "push",
          "id": "delivery-2",
          "installationId": 1,
          "lastReceivedAt": "[time]",
          "outcome": "owed",
          "receivedAt": "[time]",
          "ref": "refs/heads/main",
          "repositoryId": 8,
          "times": 1
        }
      ],
      "meta": {
        "page": 1,
        "pageSize": 1,
        "total": 3
      }
    }
    "#);
    assert_eq!(ids(&registry, "").await, ["delivery-2", "delivery-1", "delivery-0"]);
    assert_eq!(ids(&registry, "?repository=7").await, ["delivery-1", "delivery-0"]);
    assert_eq!(ids(&registry, "?repository=7&outcome=owed").await, ["delivery-0"]);
    assert_eq!(ids(&registry, "?outcome=untouched").await, ["delivery-1"]);
    assert!(ids(&registry, "?repository=9").await.is_empty());
}

async fn ids(registry: &Registry, query: &str) -> Vec<String> {
    let answer = registry.get(&format!("/api/deliveries{query}")).await;
    let rows = answer.body["data"].as_array().unwrap();
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}
