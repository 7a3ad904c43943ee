//! A process: the loops that move pushes along, what they share, and how they start and stop.
//!
//! [`planner`] pays debts, [`handout`] brings what is to be read on its way, [`worker`] reads and stores files, [`jobs`] does
//! what is asked for over what is stored, [`sweeper`] finds what was lost or has become due, [`letters`] keeps what died in the queue, [`teller`] has GitHub
//! show check runs, [`server`] answers HTTP. Each loop may run in any number of processes at once; all that they agree on is in the database.

mod core;
mod debts;
mod fetcher;
mod handout;
mod jobs;
mod kept;
mod letters;
mod planner;
mod preview;
mod reading;
mod roles;
mod running;
mod server;
mod start;
mod sweeper;
mod teller;
mod worker;
mod writing;

pub use roles::{RoleError, Roles};
pub use running::Running;
pub use start::{StartError, start};
