//! For machines that watch the process.

use super::state::ApiState;
use actix_web::{HttpResponse, web};
use serde_json::json;

/// `GET /healthz`: the process runs.
pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({"data": {"status": "ok"}}))
}

/// `GET /readyz`: database, queue and cache answer. A cache that is away makes answers slower, not wrong, so it is told
/// and does not count. Why a part does not answer is for the log: anybody may ask here, and the words of a database can
/// name hosts and users.
pub(super) async fn readyz(state: web::Data<ApiState>) -> HttpResponse {
    let (database, queue, cache) = tokio::join!(state.store.ping(), state.queue.ping(), state.cache.ping());
    let ready = database.is_ok() && queue.is_ok();
    let parts = json!({
        "database": told("database", &database),
        "queue": told("queue", &queue),
        "cache": told("cache", &cache),
    });
    let body = json!({"data": {"ready": ready, "parts": parts}});
    if ready { HttpResponse::Ok().json(body) } else { HttpResponse::ServiceUnavailable().json(body) }
}

fn told<E: std::fmt::Display>(part: &str, answer: &Result<(), E>) -> &'static str {
    match answer {
        Ok(()) => "ready",
        Err(error) => {
            tracing::warn!(part, %error, "not ready");
            "not ready: the log says why"
        }
    }
}

/// `GET /metrics` in Prometheus' text format.
pub(super) async fn metrics(state: web::Data<ApiState>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(state.metrics.render())
}
