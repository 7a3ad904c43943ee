//! What the definitions of a workspace are to each other: who has a name that several claim.
//!
//! In come the rows of a workspace once no file of a run is left to be read; out goes who wins. Pure, and independent of
//! the order in which the rows came to be.

mod names;

pub use names::{Claimant, winner};
