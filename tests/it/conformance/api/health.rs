//! What machines ask that watch the process.

use super::registry::Registry;
use crate::support::Database;
use actix_web::http::Method;

pub async fn the_process_says_how_it_is(database: Database) {
    let registry = Registry::open(database).await;
    let ask = async |path: &str| registry.ask(Method::GET, path, None).await;
    assert_shown!(ask("/healthz").await.shown(), @r#"
    200 {
      "data": {
        "status": "ok"
      }
    }
    "#);
    assert_shown!(ask("/readyz").await.shown(), @r#"
    200 {
      "data": {
        "parts": {
          "cache": "ready",
          "database": "ready",
          "queue": "ready"
        },
        "ready": true
      }
    }
    "#);
    let metrics = ask("/metrics").await;
    assert_eq!(metrics.status, 200);
    assert!(metrics.header("content-type").starts_with("text/plain"));
}
