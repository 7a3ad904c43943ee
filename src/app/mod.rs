//! The loops of a process and what they share: planners, workers, the sweeper, the HTTP server.

pub mod core;
mod debts;
mod fetcher;
pub mod planner;
pub mod sweeper;
pub mod worker;
