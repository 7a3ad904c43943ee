//! Webhooks: what happened becomes a payload as GitHub writes it, is signed, sent once, and noted in the list of deliveries.

mod check;
mod emit;
mod event;
mod installation;
mod pull_request;
mod push;
mod repository;
mod send;

pub use check::{check_run_event, check_suite_event};
pub use emit::emit;
pub use installation::{installation_event, ping_event, repositories_event};
pub use pull_request::{PullSpec, pull_request_event};
pub use push::{Move, moves_since_last_look, push_event};
pub use repository::{RepositoryChange, repository_event};
pub use send::send;
#[cfg(test)]
pub use send::signature;
