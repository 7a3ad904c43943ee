//! What users see, end to end: signed webhooks into the real server, the real client against the stand-in.

mod check;
mod graph;
mod installations;
#[cfg(feature = "hold")]
mod interleavings;
#[cfg(feature = "hold")]
mod isolation;
#[cfg(feature = "hold")]
mod kills;
mod metrics;
mod push;
#[cfg(feature = "hold")]
mod receiving;
mod sandbox;
mod trees;
