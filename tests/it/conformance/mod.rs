//! One suite for each interface that has several back ends: the same promises, whichever is chosen.

mod cache;
mod queue;
mod servers;
mod store;
