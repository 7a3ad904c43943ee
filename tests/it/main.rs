//! All integration tests: one binary, so that they are linked once.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod conformance;
mod convergence;
mod features;
mod support;
