//! The stand-in as a client meets it: over HTTP, with real repositories behind it.

mod api;
mod client;
mod content;
mod deliveries;
mod enterprise;
mod graphql;
mod misbehaviour;
mod pushes;
mod receiver;
mod registration;
