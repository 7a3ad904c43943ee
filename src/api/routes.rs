//! Every route.

use super::error::ApiError;
use super::state::ApiState;
use super::{audit, conditional, definitions, deliveries, diff, graph, health, runs, status, validate, workspaces};
use actix_web::guard;
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, QueryConfig, ServiceConfig};
use actix_web::{HttpResponse, ResponseError, Route};

/// One method of one path. A path stands in one endpoint only.
#[expect(missing_debug_implementations, reason = "a route of actix-web cannot be shown")]
pub struct Endpoint {
    pub method: Method,
    pub path: &'static str,
    route: Route,
    /// Whether its answers are worth keeping.
    is_tagged: bool,
}

impl Endpoint {
    fn get(path: &'static str, handler: Route) -> Self {
        Self { method: Method::GET, path, route: handler, is_tagged: true }
    }

    /// What machines ask about this very moment.
    fn probe(path: &'static str, handler: Route) -> Self {
        Self { is_tagged: false, ..Self::get(path, handler) }
    }

    fn post(path: &'static str, handler: Route) -> Self {
        Self { method: Method::POST, path, route: handler, is_tagged: false }
    }

    fn register(self, config: &mut ServiceConfig) {
        let allowed = if self.method == Method::GET { "GET, HEAD" } else { "POST" };
        let refuse = web::to(move || std::future::ready(wrong_method(allowed)));
        let resource = web::resource(self.path).route(self.route).default_service(refuse);
        if self.is_tagged {
            config.service(resource.wrap(from_fn(conditional::tag)));
        } else {
            config.service(resource);
        }
    }
}

/// Whoever may read may also ask for the head alone.
fn reads() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// What every role serves, to anybody.
fn health_endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::probe("/healthz", reads().to(health::healthz)),
        Endpoint::probe("/readyz", reads().to(health::readyz)),
        Endpoint::probe("/metrics", reads().to(health::metrics)),
    ]
}

/// The API itself, in the order in which paths are matched. Public so that a test can ask of each who may use it.
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/api/audit", reads().to(audit::all)),
        Endpoint::get("/api/deliveries", reads().to(deliveries::list)),
        Endpoint::get("/api/runs/{id}", reads().to(runs::get)),
        Endpoint::get("/api/workspaces", reads().to(workspaces::list)),
        Endpoint::get("/api/workspaces/{id}", reads().to(workspaces::get)),
        Endpoint::get("/api/workspaces/{id}/audit", reads().to(audit::of_workspace)),
        Endpoint::get("/api/workspaces/{id}/runs", reads().to(runs::list)),
        Endpoint::get("/api/workspaces/{id}/graph", reads().to(graph::graph)),
        Endpoint::post("/api/workspaces/{id}/sync", web::post().to(runs::sync)),
        Endpoint::get("/api/workspaces/{id}/sync/status", reads().to(status::all)),
        Endpoint::get("/api/workspaces/{id}/{kind}", reads().to(definitions::list)),
        Endpoint::post("/api/workspaces/{id}/{kind}/sync", web::post().to(runs::sync_kind)),
        Endpoint::post("/api/workspaces/{id}/{kind}/validate-all", web::post().to(validate::all)),
        Endpoint::get("/api/workspaces/{id}/{kind}/sync/status", reads().to(status::of_kind)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}", reads().to(definitions::get)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/dependencies", reads().to(graph::dependencies)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/dependents", reads().to(graph::dependents)),
        Endpoint::post("/api/workspaces/{id}/{kind}/{name}/resolve-deps", web::post().to(graph::resolve)),
        Endpoint::post("/api/workspaces/{id}/{kind}/{name}/validate", web::post().to(validate::one)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/versions", reads().to(definitions::versions)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/versions/{version}", reads().to(definitions::version)),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/versions/{version}/diff/{other}", reads().to(diff::get)),
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

fn wrong_method(allowed: &'static str) -> HttpResponse {
    let mut response = ApiError::MethodNotAllowed.error_response();
    response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    response
}
