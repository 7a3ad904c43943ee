//! dotcursor keeps a versioned registry of the definitions that repositories hold under `.cursor/`.
//!
//! The modules stand in the order of a push's way; each says in its own words what comes in and what goes out.

pub mod hold;
pub mod model;
pub mod settings;

pub mod api;
pub mod cache;
pub mod parse;
pub mod plan;
pub mod queue;
pub mod receive;
pub mod resolve;
pub mod store;
pub mod tell;

pub mod app;
pub mod check;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod github;
pub mod sandbox;
pub mod telemetry;
