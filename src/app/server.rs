//! The HTTP server of a process: the routes of its roles.

use super::start::StartError;
use crate::api::{self, ApiState};
use crate::receive::{self, ReceiveState};
use actix_web::dev::{Server, ServerHandle};
use actix_web::http::header::X_CONTENT_TYPE_OPTIONS;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{App, HttpServer, web};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use tokio::net::TcpSocket;

/// Requests under way may take this long when the process stops.
const SHUTDOWN_SECONDS: u64 = 5;

/// Connections that may wait to be taken.
const BACKLOG: u32 = 2048;

/// A server that listens.
pub(super) struct Listening {
    pub address: SocketAddr,
    pub handle: ServerHandle,
    pub server: Server,
}

/// What a process does with webhooks.
pub(super) enum Door {
    Open(ReceiveState),
    /// As long as there is no App.
    Closed,
    /// Another process takes them.
    Elsewhere,
}

/// From now on connections wait to be taken.
pub(super) fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A process that takes the place of one that has just ended.
        socket.set_reuseaddr(cfg!(unix))?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?.into_std()
    };
    bound().map_err(|error| StartError::Listen { address, error })
}

/// Serves health for every role, webhooks behind `door`, and the API where `with_api` says so.
pub(super) fn serve(socket: TcpListener, door: Door, state: ApiState, with_api: bool) -> std::io::Result<Listening> {
    let address = socket.local_addr()?;
    let door = Arc::new(door);
    let http = HttpServer::new(move || {
        // What people wrote is shown as what it is said to be, never as what a browser guesses.
        let safe = DefaultHeaders::new().add((X_CONTENT_TYPE_OPTIONS, "nosniff"));
        let app = App::new().wrap(safe).wrap(from_fn(api::cors)).configure(api::configure_health(state.clone()));
        let app = match &*door {
            Door::Open(door) => app.configure(receive::configure(door.clone())),
            Door::Closed => app.configure(receive::configure_closed),
            Door::Elsewhere => app,
        };
        let app = if with_api { app.configure(api::configure).configure(api::configure_setup) } else { app };
        app.default_service(web::to(api::no_route))
    });
    let server = http.shutdown_timeout(SHUTDOWN_SECONDS).disable_signals().listen(socket)?.run();
    Ok(Listening { address, handle: server.handle(), server })
}
