//! What a row becomes in Rust, one noun a file.

pub(crate) mod delivery;
pub(crate) mod repository;
