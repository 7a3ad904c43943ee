//! One suite for each interface that has several back ends: the same promises, whichever is chosen.

mod queue;
mod servers;
