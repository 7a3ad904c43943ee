//! The client against the stand-in GitHub, over real git repositories; against canned answers where GitHub does what the
//! stand-in does not.

mod app;
mod blobs;
mod canned;
mod look;
mod refusals;
mod scene;
mod tokens;
mod trees;
