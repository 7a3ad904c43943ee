//! What people and tools read, and the little that they may ask for, over HTTP.
//!
//! In come requests with a bearer token; out go rows as JSON: `{"data": …, "meta": …}`, or `{"error": {…}}`. [`routes`] shows
//! every route on one screen. HTTP types stay in here; what a request may see is decided in [`auth`], before anything is read.

mod answer;
mod audit;
mod auth;
mod body;
mod branches;
mod bulk;
mod code;
mod conditional;
mod cookie;
mod cors;
mod definitions;
mod deliveries;
mod diff;
mod draw;
mod edits;
mod error;
mod explained;
mod fields;
mod graph;
mod health;
mod idempotency;
mod json;
mod label;
mod letters;
mod limit;
mod linking;
mod listing;
mod missed;
mod openapi;
mod place;
mod query;
mod refused;
mod removal;
mod repositories;
mod routes;
mod runs;
mod seal;
mod session;
mod setup;
mod sign_in;
mod state;
mod status;
mod stream;
mod tasks;
mod tokens;
mod validate;
mod workspaces;

pub use auth::Bearer;
pub use code::Code;
pub use cors::cors;
pub use error::ApiError;
pub use openapi::document;
pub use routes::{Endpoint, configure, configure_health, endpoints, no_route};
pub use setup::{Setup, configure as configure_setup, installation_page};
pub use state::{ApiState, Doors, Parts, Wake};
pub use stream::Feeds;
