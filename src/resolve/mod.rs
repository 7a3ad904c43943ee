//! What the definitions of a workspace are to each other: who has a name that several claim, and who refers to whom.
//!
//! In come the rows of a workspace once no file of a run is left to be read; out goes who wins, and a graph. Pure, and
//! independent of the order in which the rows came to be.

mod attach;
mod finding;
mod graph;
mod names;
mod order;
mod reach;
mod targets;

pub use attach::is_attached;
pub use finding::{missing, name_conflict};
pub use graph::{Called, Direction, Edge, Graph, Link, Node};
pub use names::{Claimant, winner};
pub use order::Order;
pub use reach::Reached;
pub use targets::{Missing, Targets, settle};
