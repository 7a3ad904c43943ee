//! The same expectations, run on every back end.
mod store;
