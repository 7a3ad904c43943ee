//! What tests stand on: servers, databases, repositories, patience.

pub mod database;
pub mod git;
pub mod private;
pub mod services;
pub mod unique;
pub mod wait;
