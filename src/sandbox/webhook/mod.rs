//! Webhooks: what happened becomes a payload as GitHub writes it, is signed, sent once, and noted in the list of deliveries.

mod emit;
mod event;
mod installation;
mod push;
mod repository;
mod send;

pub use emit::emit;
pub use installation::{installation_event, ping_event, repositories_event};
pub use push::{Move, moves_since_last_look, push_event};
pub use repository::{RepositoryChange, repository_event};
pub use send::send;
#[cfg(test)]
pub use send::signature;
