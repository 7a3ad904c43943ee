//! Every route.

use super::error::ApiError;
use super::state::ApiState;
use super::{definitions, deliveries, health, runs, status, workspaces};
use actix_web::web::{self, Data, ServiceConfig, get, post};
use actix_web::{HttpResponse, ResponseError, Route};

/// `/healthz`, `/readyz` and `/metrics`, which every role serves.
pub fn configure_health(state: ApiState) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config
            .app_data(Data::new(state))
            .route("/healthz", get().to(health::healthz))
            .route("/readyz", get().to(health::readyz))
            .route("/metrics", get().to(health::metrics));
    }
}

/// The API itself; [`configure_health`] brings its state.
pub fn configure(config: &mut ServiceConfig) {
    let at = |config: &mut ServiceConfig, path: &str, route: Route| {
        config.service(web::resource(path).route(route).default_service(web::to(wrong_method)));
    };
    at(config, "/api/deliveries", get().to(deliveries::list));
    at(config, "/api/runs/{id}", get().to(runs::get));
    at(config, "/api/workspaces", get().to(workspaces::list));
    at(config, "/api/workspaces/{id}", get().to(workspaces::get));
    at(config, "/api/workspaces/{id}/runs", get().to(runs::list));
    at(config, "/api/workspaces/{id}/sync", post().to(runs::sync));
    at(config, "/api/workspaces/{id}/sync/status", get().to(status::all));
    at(config, "/api/workspaces/{id}/{kind}", get().to(definitions::list));
    at(config, "/api/workspaces/{id}/{kind}/sync", post().to(runs::sync_kind));
    at(config, "/api/workspaces/{id}/{kind}/sync/status", get().to(status::of_kind));
    at(config, "/api/workspaces/{id}/{kind}/{name}", get().to(definitions::get));
    at(config, "/api/workspaces/{id}/{kind}/{name}/versions", get().to(definitions::versions));
    at(config, "/api/workspaces/{id}/{kind}/{name}/versions/{version}", get().to(definitions::version));
}

/// For whatever no route takes.
pub async fn no_route() -> HttpResponse {
    ApiError::NotFound("route").error_response()
}

async fn wrong_method() -> HttpResponse {
    ApiError::MethodNotAllowed.error_response()
}
