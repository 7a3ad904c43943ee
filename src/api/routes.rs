//! Every route.

use super::error::ApiError;
use super::state::ApiState;
use super::{definitions, deliveries, graph, health, runs, status, validate, workspaces};
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::web::{self, Data, QueryConfig, ServiceConfig, get, post};
use actix_web::{HttpResponse, ResponseError, Route};

/// One method of one path. A path stands in one endpoint only.
#[expect(missing_debug_implementations, reason = "a route of actix-web cannot be shown")]
pub struct Endpoint {
    pub method: Method,
    pub path: &'static str,
    route: Route,
}

impl Endpoint {
    fn get(path: &'static str, handler: Route) -> Self {
        Self { method: Method::GET, path, route: handler }
    }

    fn post(path: &'static str, handler: Route) -> Self {
        Self { method: Method::POST, path, route: handler }
    }

    fn register(self, config: &mut ServiceConfig) {
        let allowed = self.method;
        let refuse = web::to(move || std::future::ready(wrong_method(&allowed)));
        config.service(web::resource(self.path).route(self.route).default_service(refuse));
    }
}

/// What every role serves, to anybody.
fn health_endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/healthz", get().to(health::healthz)),
        Endpoint::get("/readyz", get().to(health::readyz)),
        Endpoint::get("/metrics", get().to(health::metrics)),
    ]
}

/// The API itself, in the order in which paths are matched. Public so that a test can ask of each who may use it.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/deliveries", get().to(deliveries::list)),
        Endpoint::get("/api/runs/{id}", get().to(runs::get)),
        Endpoint::get("/api/workspaces", get().to(workspaces::list)),
        Endpoint::get("/api/workspaces/{id}", get().to(workspaces::get)),
        Endpoint::get("/api/workspaces/{id}/runs", get().to(runs::list)),
        Endpoint::get("/api/workspaces/{id}/graph", get().to(graph::graph)),
        Endpoint::post("/api/workspaces/{id}/sync", post().to(runs::sync)),
        Endpoint::get("/api/workspaces/{id}/sync/status", get().to(status::all)),
        Endpoint::get("/api/workspaces/{id}/{kind}", get().to(definitions::list)),
        Endpoint::post("/api/workspaces/{id}/{kind}/sync", post().to(runs::sync_kind)),
        Endpoint::post("/api/workspaces/{id}/{kind}/validate-all", post().to(validate::all)),
        Endpoint::get("/api/workspaces/{id}/{kind}/sync/status", get().to(status::of_kind)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}", get().to(definitions::get)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/dependencies", get().to(graph::dependencies)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/dependents", get().to(graph::dependents)),
        Endpoint::post("/api/workspaces/{id}/{kind}/{name}/resolve-deps", post().to(graph::resolve)),
        Endpoint::post("/api/workspaces/{id}/{kind}/{name}/validate", post().to(validate::one)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/versions", get().to(definitions::versions)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/versions/{version}", get().to(definitions::version)),
    ]
}

/// `/healthz`, `/readyz` and `/metrics`, with the state of all handlers.
pub fn configure_health(state: ApiState) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config.app_data(Data::new(state));
        health_endpoints().into_iter().for_each(|endpoint| endpoint.register(config));
    }
}

/// The API itself; [`configure_health`] brings its state.
pub fn configure(config: &mut ServiceConfig) {
    // A parameter given twice, for one.
    let unreadable = |error: actix_web::error::QueryPayloadError, _: &_| {
        ApiError::Invalid(vec![("query".to_owned(), error.to_string())]).into()
    };
    config.app_data(QueryConfig::default().error_handler(unreadable));
    endpoints().into_iter().for_each(|endpoint| endpoint.register(config));
}

/// For whatever no route takes.
pub async fn no_route() -> HttpResponse {
    ApiError::NotFound("route").error_response()
}

fn wrong_method(allowed: &Method) -> HttpResponse {
    let mut response = ApiError::MethodNotAllowed.error_response();
    if let Ok(value) = allowed.as_str().parse() {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}
