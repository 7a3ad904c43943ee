//! queue
pub mod message;
pub use message::{Lane, TaskMessage};
