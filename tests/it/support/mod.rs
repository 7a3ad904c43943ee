//! What tests arrange with: a git repository, a stand-in GitHub that hosts it, the program itself, servers, and patience.

pub mod app;
pub mod browser;
pub mod child;
pub mod database;
pub mod history;
pub mod private;
pub mod repo;
pub mod services;
pub mod stream;
pub mod wait;

pub use app::{Setup, TestApp};
pub use database::Database;
pub use repo::Repo;
