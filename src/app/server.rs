//! The HTTP server of a process: the routes of its roles.

use super::start::StartError;
use crate::api::{self, ApiState};
use crate::receive::{self, ReceiveState};
use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header::X_CONTENT_TYPE_OPTIONS;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App, HttpServer, web};
use std::net::SocketAddr;

/// Requests under way may take this long when the process stops.
const SHUTDOWN_SECONDS: u64 = 5;

/// A server that is bound.
pub(super) struct Listening {
    pub address: SocketAddr,
    pub handle: ServerHandle,
    pub server: Server,
}

/// Binds and serves health for every role, webhooks behind `door`, and the API where `with_api` says so.
pub(super) fn listen(
    address: SocketAddr,
    door: Option<ReceiveState>,
    state: ApiState,
    with_api: bool,
) -> Result<Listening, StartError> {
    let http = HttpServer::new(move || {
        // What people wrote is shown as what it is said to be, never as what a browser guesses.
        let safe = DefaultHeaders::new().add((X_CONTENT_TYPE_OPTIONS, "nosniff"));
        let app = App::new().wrap(safe).wrap(from_fn(api::cors)).configure(api::configure_health(state.clone()));
        let app = match door.clone() {
            Some(door) => app.configure(receive::configure(door)),
            None => app,
        };
        let app = if with_api { app.configure(api::configure) } else { app };
        app.default_service(web::to(api::no_route))
    });
    let refused = |error| StartError::Listen { address, error };
    let http = http.shutdown_timeout(SHUTDOWN_SECONDS).disable_signals().bind(address).map_err(refused)?;
    let bound = http.addrs().first().copied().unwrap_or(address);
    let server = http.run();
    Ok(Listening { address: bound, handle: server.handle(), server })
}
