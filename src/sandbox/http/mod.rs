//! GitHub's REST and GraphQL endpoints, each as its published description says.

mod access;
mod apps;
mod blobs;
mod check_rules;
mod check_runs;
mod commits;
mod compare;
mod conditional;
mod deliveries;
mod graphql;
mod hook;
mod meter;
mod page;
mod recording;
mod refs;
mod refusal;
mod registration;
mod repositories;
mod service;
mod trees;
mod users;

pub use refusal::Refusal;

use crate::sandbox::options::Edition;
use crate::sandbox::state::Hub;
use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::{self, Data, ServiceConfig, delete, get, patch, post, resource, scope};
use actix_web::{App, HttpServer};
use std::net::TcpListener;
use std::sync::Arc;

const LARGEST_BODY: usize = 5 << 20;
const WORKERS: usize = 2;

/// Serves until it is stopped.
pub fn serve(hub: Arc<Hub>, listener: TcpListener) -> std::io::Result<Server> {
    let edition = hub.edition;
    let hub = Data::from(hub);
    let app = move || {
        App::new()
            .app_data(hub.clone())
            .app_data(web::PayloadConfig::new(LARGEST_BODY))
            .wrap(from_fn(meter::meter))
            .route("/login/oauth/authorize", get().to(users::authorize))
            .route("/login/oauth/access_token", post().to(users::exchange))
            .route("/settings/apps/new", post().to(registration::register))
            .route("/organizations/{organization}/settings/apps/new", post().to(registration::register))
            .configure(api(edition))
            .default_service(web::to(service::unknown))
    };
    let server = HttpServer::new(app).workers(WORKERS).disable_signals().shutdown_timeout(1);
    Ok(server.listen(listener)?.run())
}

/// Enterprise Server has its GraphQL beside its REST API, not below it.
fn api(edition: Edition) -> fn(&mut ServiceConfig) {
    match edition {
        Edition::Cloud => |routes| {
            routes.route("/graphql", post().to(graphql::query)).configure(rest);
        },
        Edition::EnterpriseServer => |routes| {
            routes.route("/api/graphql", post().to(graphql::query)).service(scope("/api/v3").configure(rest));
        },
    }
}

fn rest(routes: &mut ServiceConfig) {
    routes
        .route("/app", get().to(apps::app))
        .route("/app/installations", get().to(apps::installations))
        .route("/app/installations/{installation}", get().to(apps::installation))
        .route("/app/installations/{installation}/access_tokens", post().to(apps::access_token))
        .route("/app-manifests/{code}/conversions", post().to(registration::convert))
        .route("/app/hook/config", get().to(hook::show))
        .route("/app/hook/config", patch().to(hook::change))
        .route("/app/hook/deliveries", get().to(deliveries::list))
        .route("/app/hook/deliveries/{delivery}", get().to(deliveries::one))
        .route("/app/hook/deliveries/{delivery}/attempts", post().to(deliveries::attempt))
        .route("/installation/repositories", get().to(repositories::of_installation))
        .route("/installation/token", delete().to(apps::revoke_token))
        .route("/user", get().to(users::user))
        .route("/user/installations", get().to(users::installations))
        .route("/user/installations/{installation}/repositories", get().to(users::repositories))
        .route("/rate_limit", get().to(service::rate_limit))
        .route("/meta", get().to(service::meta))
        .service(scope("/repos/{owner}/{repo}").configure(of_repository))
        .service(scope("/repositories/{id}").configure(of_repository));
}

fn of_repository(routes: &mut ServiceConfig) {
    routes
        .service(resource("").route(get().to(repositories::one)))
        .route("/commits/{reference:.+}/check-runs", get().to(check_runs::of_commit))
        .route("/commits/{reference:.+}", get().to(commits::one))
        .route("/compare/{basehead:.+}", get().to(compare::one))
        .route("/git/trees/{revision:.+}", get().to(trees::one))
        .route("/git/blobs/{sha}", get().to(blobs::one))
        .route("/git/ref/{reference:.+}", get().to(refs::one))
        .route("/check-runs", post().to(check_runs::create))
        .route("/check-runs/{run}", get().to(check_runs::one))
        .route("/check-runs/{run}", patch().to(check_runs::update))
        .route("/check-runs/{run}/annotations", get().to(check_runs::annotations));
}

/// Runs what waits for git where waiting is allowed.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Refusal> + Send + 'static) -> Result<T, Refusal> {
    web::block(work).await.map_err(|_| Refusal::new(500, "Server Error"))?
}
