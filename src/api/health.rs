//! For machines that watch the process.

use super::answer::{self, Health, Part, Parts, Readiness};
use super::openapi::Operation;
use super::state::ApiState;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

pub(super) fn healthz_operation() -> Operation {
    Operation::open("getHealth", "The process runs.").answers::<Health>()
}

/// `GET /healthz`: the process runs.
pub(super) async fn healthz() -> HttpResponse {
    answer::send(answer::one(&Health { status: "ok" }))
}

pub(super) fn readyz_operation() -> Operation {
    Operation::open("getReadiness", "Database, queue and cache answer.")
        .about("A cache that is away makes answers slower, not wrong: it is told, and does not count.")
        .answers::<Readiness>()
        .answers_as::<Readiness>(StatusCode::SERVICE_UNAVAILABLE)
}

/// `GET /readyz`: database, queue and cache answer. A cache that is away makes answers slower, not wrong, so it is told
/// and does not count. Why a part does not answer is for the log: anybody may ask here, and the words of a database can
/// name hosts and users.
pub(super) async fn readyz(state: web::Data<ApiState>) -> HttpResponse {
    let (database, queue, cache) = tokio::join!(state.store.ping(), state.queue.ping(), state.cache.ping());
    let ready = database.is_ok() && queue.is_ok();
    let parts =
        Parts { database: told("database", &database), queue: told("queue", &queue), cache: told("cache", &cache) };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    answer::send_as(status, answer::one(&Readiness { ready, parts }))
}

fn told<E: std::fmt::Display>(part: &str, answer: &Result<(), E>) -> Part {
    match answer {
        Ok(()) => Part::Ready,
        Err(error) => {
            tracing::warn!(part, %error, "not ready");
            Part::NotReady
        }
    }
}

pub(super) fn metrics_operation() -> Operation {
    Operation::open("getMetrics", "Figures in Prometheus' text format.")
        .answers_text("text/plain; version=0.0.4; charset=utf-8", "dotcursor_deliveries_total 1\n")
}

/// `GET /metrics` in Prometheus' text format.
pub(super) async fn metrics(state: web::Data<ApiState>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(state.metrics.render())
}
