//! What a row becomes in Rust, one noun a file.

pub mod audit;
pub(crate) mod blob;
pub mod check;
pub mod debt;
pub(crate) mod definition;
pub(crate) mod delivery;
pub mod edit;
pub mod event;
pub mod letter;
pub mod listing;
pub(crate) mod missed;
pub(crate) mod quota;
pub mod repository;
pub mod run;
pub mod session;
pub mod task;
