//! The JSON of GitHub's nouns, with every field that its published schemas require, used by answers and webhooks alike.

mod account;
mod app;
mod check_run;
mod commit;
mod delivery;
mod installation;
mod repository;

pub use account::{account, user};
pub use app::app;
pub use check_run::{annotation, check_run};
pub use commit::commit;
pub use delivery::{delivery, delivery_with_bodies};
pub use installation::{installation, simple_installation};
pub use repository::{full_repository, repository, short_repository};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// An opaque id such as GitHub gives every node.
pub fn node_id(kind: &str, id: impl std::fmt::Display) -> String {
    STANDARD.encode(format!("0{}:{kind}{id}", kind.len()))
}
