//! What tests arrange with: a git repository, a stand-in GitHub that hosts it, the program itself, and patience.

pub mod app;
pub mod database;
pub mod repo;
pub mod services;
pub mod wait;

pub use app::{Setup, TestApp};
pub use repo::Repo;
