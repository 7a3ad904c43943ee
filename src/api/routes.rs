//! Every route.

use super::error::ApiError;
use super::openapi::{self, Operation};
use super::state::ApiState;
use super::{
    audit, auth, branches, bulk, conditional, definitions, deliveries, diff, edits, explained, graph, health,
    idempotency, letters, missed,
};
use super::{linking, listing, query, removal, repositories, runs, sign_in, status, stream, tasks, tokens};
use super::{validate, workspaces};
use actix_web::guard;
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::web::{Data, QueryConfig, ServiceConfig, to};
use actix_web::{HttpResponse, ResponseError, Route};

/// One method of one path, and what the document says of it.
#[expect(missing_debug_implementations, reason = "a route of actix-web cannot be shown")]
pub struct Endpoint {
    pub method: Method,
    pub path: &'static str,
    pub(super) route: Route,
    pub(super) operation: fn() -> Operation,
    /// Whether its answers are worth keeping.
    pub(super) is_tagged: bool,
    /// Whether it takes an `Idempotency-Key`.
    pub(super) is_repeatable: bool,
}

impl Endpoint {
    fn new(method: Method, path: &'static str, route: Route, operation: fn() -> Operation) -> Self {
        let own = method.clone();
        // Whoever may read may also ask for the head alone.
        let route = match method {
            Method::GET => route.guard(guard::Any(guard::Get()).or(guard::Head())),
            _ => route.guard(guard::Method(own)),
        };
        let is_api = path.starts_with("/api/");
        let is_plain = is_api && !operation().has_query();
        let route = if is_plain { route.wrap(from_fn(query::refuse_any)) } else { route };
        // Outermost: before anything of the request is judged.
        let route = if is_api { route.wrap(from_fn(auth::required)) } else { route };
        Self { method, path, route, operation, is_tagged: false, is_repeatable: false }
    }

    fn get(path: &'static str, route: Route, operation: fn() -> Operation) -> Self {
        Self { is_tagged: true, ..Self::probe(path, route.wrap(from_fn(conditional::tag)), operation) }
    }

    /// What is asked about this very moment.
    fn probe(path: &'static str, route: Route, operation: fn() -> Operation) -> Self {
        Self::new(Method::GET, path, route, operation)
    }

    fn delete(path: &'static str, route: Route, operation: fn() -> Operation) -> Self {
        Self::new(Method::DELETE, path, route, operation)
    }

    fn put(path: &'static str, route: Route, operation: fn() -> Operation) -> Self {
        Self::new(Method::PUT, path, route, operation)
    }

    fn patch(path: &'static str, route: Route, operation: fn() -> Operation) -> Self {
        Self::new(Method::PATCH, path, route, operation)
    }

    fn post(path: &'static str, route: Route, operation: fn() -> Operation) -> Self {
        Self::new(Method::POST, path, route, operation)
    }

    /// A request that makes something, and is done once for each `Idempotency-Key`.
    fn making(path: &'static str, route: Route, operation: fn() -> Operation) -> Self {
        Self { is_repeatable: true, ..Self::post(path, route.wrap(from_fn(idempotency::once)), operation) }
    }
}

/// What every role serves, to anybody.
pub(super) fn health_endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::probe("/healthz", to(health::healthz), health::healthz_operation),
        Endpoint::probe("/readyz", to(health::readyz), health::readyz_operation),
        Endpoint::probe("/metrics", to(health::metrics), health::metrics_operation),
        Endpoint::get("/docs/diagnostics", to(explained::page), explained::page_operation),
    ]
}

/// The API itself. Public so that a test can ask of each who may use it.
#[rustfmt::skip]
pub fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::get("/openapi.json", to(openapi::json), openapi::json_operation),
        Endpoint::get("/docs", to(openapi::page), openapi::page_operation),
        Endpoint::get("/api/audit", to(audit::all), audit::all_operation),
        Endpoint::get("/api/dead-letters", to(letters::list), letters::list_operation),
        Endpoint::post("/api/dead-letters/{id}/retry", to(letters::retry), letters::retry_operation),
        Endpoint::get("/api/deliveries", to(deliveries::list), deliveries::list_operation),
        Endpoint::get("/api/deliveries/missed", to(missed::list), missed::list_operation),
        Endpoint::probe("/auth/github", to(sign_in::begin), sign_in::begin_operation),
        Endpoint::probe("/auth/github/callback", to(sign_in::callback), sign_in::callback_operation),
        Endpoint::post("/auth/sign-out", to(sign_in::out), sign_in::out_operation),
        Endpoint::get("/api/repositories/{owner}/{repo}", to(repositories::named), repositories::named_operation),
        Endpoint::get("/api/tokens", to(tokens::list), tokens::list_operation),
        Endpoint::post("/api/tokens", to(tokens::create), tokens::create_operation),
        Endpoint::get("/api/tokens/{id}", to(tokens::get), tokens::get_operation),
        Endpoint::delete("/api/tokens/{id}", to(tokens::revoke), tokens::revoke_operation),
        Endpoint::get("/api/runs/{id}", to(runs::get), runs::get_operation),
        Endpoint::post("/api/runs/{id}/retry", to(runs::retry), runs::retry_operation),
        Endpoint::get("/api/workspaces", to(workspaces::list), workspaces::list_operation),
        Endpoint::post("/api/workspaces", to(workspaces::create), workspaces::create_operation),
        Endpoint::get("/api/workspaces/{id}", to(workspaces::get), workspaces::get_operation),
        Endpoint::patch("/api/workspaces/{id}", to(workspaces::change), workspaces::change_operation),
        Endpoint::delete("/api/workspaces/{id}", to(removal::remove), removal::remove_operation),
        Endpoint::put("/api/workspaces/{id}/repositories/{repository}", to(linking::link), linking::link_operation),
        Endpoint::delete("/api/workspaces/{id}/repositories/{repository}", to(linking::unlink), linking::unlink_operation),
        Endpoint::get("/api/workspaces/{id}/repositories/{repository}/preview", to(linking::preview), linking::preview_operation),
        Endpoint::get("/api/workspaces/{id}/audit", to(audit::of_workspace), audit::of_workspace_operation),
        Endpoint::get("/api/workspaces/{id}/runs", to(runs::list), runs::list_operation),
        Endpoint::get("/api/workspaces/{id}/graph", to(graph::graph), graph::graph_operation),
        Endpoint::making("/api/workspaces/{id}/sync", to(runs::sync), runs::sync_operation),
        Endpoint::get("/api/workspaces/{id}/sync/status", to(status::all), status::all_operation),
        Endpoint::probe("/api/workspaces/{id}/sync/stream", to(stream::all), stream::all_operation),
        Endpoint::get("/api/workspaces/{id}/tasks", to(tasks::list), tasks::list_operation),
        Endpoint::get("/api/workspaces/{id}/tasks/{task}", to(tasks::get), tasks::get_operation),
        Endpoint::post("/api/workspaces/{id}/tasks/{task}/retry", to(tasks::retry), tasks::retry_operation),
        Endpoint::get("/api/workspaces/{id}/{kind}", to(listing::list), listing::list_operation),
        Endpoint::making("/api/workspaces/{id}/{kind}", to(edits::create), edits::create_operation),
        Endpoint::making("/api/workspaces/{id}/{kind}/bulk-import", to(bulk::write::<bulk::Import>), bulk::import_operation),
        Endpoint::making("/api/workspaces/{id}/{kind}/bulk-update", to(bulk::write::<bulk::Update>), bulk::update_operation),
        Endpoint::making("/api/workspaces/{id}/{kind}/bulk-delete", to(bulk::write::<bulk::Deletion>), bulk::delete_operation),
        Endpoint::making("/api/workspaces/{id}/{kind}/sync", to(runs::sync_kind), runs::sync_kind_operation),
        Endpoint::post("/api/workspaces/{id}/{kind}/validate-all", to(validate::all), validate::all_operation),
        Endpoint::get("/api/workspaces/{id}/{kind}/sync/status", to(status::of_kind), status::of_kind_operation),
        Endpoint::probe("/api/workspaces/{id}/{kind}/sync/stream", to(stream::of_kind), stream::of_kind_operation),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}", to(definitions::get), definitions::get_operation),
        Endpoint::put("/api/workspaces/{id}/{kind}/{name}", to(edits::update), edits::update_operation),
        Endpoint::delete("/api/workspaces/{id}/{kind}/{name}", to(edits::delete), edits::delete_operation),
        Endpoint::making("/api/workspaces/{id}/{kind}/{name}/revert/{version}", to(edits::revert), edits::revert_operation),
        Endpoint::post("/api/workspaces/{id}/{kind}/{name}/resolve", to(edits::resolve), edits::resolve_operation),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/dependencies", to(graph::dependencies), graph::dependencies_operation),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/dependents", to(graph::dependents), graph::dependents_operation),
        Endpoint::post("/api/workspaces/{id}/{kind}/{name}/resolve-deps", to(graph::resolve), graph::resolve_operation),
        Endpoint::post("/api/workspaces/{id}/{kind}/{name}/validate", to(validate::one), validate::one_operation),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/versions", to(definitions::versions), definitions::versions_operation),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/versions/{version}", to(definitions::version), definitions::version_operation),
        Endpoint::get("/api/workspaces/{id}/{kind}/{name}/versions/{version}/diff/{other}", to(diff::get), diff::get_operation),
    ]
}

/// `/healthz`, `/readyz` and `/metrics`, with the state of all handlers.
pub fn configure_health(state: ApiState) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config.app_data(Data::new(state));
        branches::register(health_endpoints(), config);
    }
}

/// The API itself; [`configure_health`] brings its state.
pub fn configure(config: &mut ServiceConfig) {
    // A parameter given twice, for one.
    let unreadable = |error: actix_web::error::QueryPayloadError, _: &_| {
        ApiError::Invalid(vec![("query".to_owned(), error.to_string())]).into()
    };
    config.app_data(QueryConfig::default().error_handler(unreadable));
    branches::register(endpoints(), config);
}

/// Takes whatever method a path does not have.
pub(super) fn refuse_method(methods: &[Endpoint]) -> Route {
    let allowed = allowed(methods);
    to(move || std::future::ready(wrong_method(&allowed)))
}

/// As the header `Allow` lists them.
fn allowed(methods: &[Endpoint]) -> String {
    let head = |method: &Method| if *method == Method::GET { "GET, HEAD".to_owned() } else { method.to_string() };
    methods.iter().map(|endpoint| head(&endpoint.method)).collect::<Vec<_>>().join(", ")
}

/// For whatever no route takes.
pub async fn no_route() -> HttpResponse {
    ApiError::NotFound("route").error_response()
}

pub(super) fn wrong_method(allowed: &str) -> HttpResponse {
    let mut response = ApiError::MethodNotAllowed.error_response();
    if let Ok(allowed) = HeaderValue::from_str(allowed) {
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}
