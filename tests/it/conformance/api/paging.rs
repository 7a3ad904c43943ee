//! The edges of pages.

use super::registry::Registry;
use crate::support::Database;
use serde_json::json;

pub async fn pages_cover_everything_once(database: Database) {
    let paths: Vec<String> = (0..101).map(|n| format!(".cursor/rules/r{n:03}.mdc")).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "text")).collect();
    let registry = Registry::with(database, &files).await;
    assert_eq!(registry.names("/rules").await.len(), 50, "the usual page");
    let mut all = registry.names("/rules?pageSize=100").await;
    assert_eq!(all.len(), 100);
    all.extend(registry.names("/rules?pageSize=100&page=2").await);
    let expected: Vec<String> = (0..101).map(|n| format!("r{n:03}")).collect();
    assert_eq!(all, expected);

    let beyond = registry.read("/rules?page=1000000000&pageSize=100").await;
    assert_eq!(beyond.body["data"], json!([]));
    assert_eq!(beyond.body["meta"], json!({"total": 101, "page": 1_000_000_000, "pageSize": 100}));
    let one = registry.read("/rules?page=101&pageSize=1").await;
    assert_eq!(one.body["data"][0]["name"], "r100");
}
