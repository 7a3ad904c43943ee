//! One suite for each interface that has several back ends: the same promises, whichever is chosen.

mod announcements;
mod api;
mod cache;
mod queue;
mod rabbit;
mod store;
