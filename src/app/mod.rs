//! A process: the loops that move pushes along, what they share, and how they start and stop.
//!
//! [`planner`] pays debts, [`handout`] brings what is to be read on its way, [`worker`] reads and stores files, [`jobs`] does
//! what is asked for over what is stored, [`sweeper`] finds what was lost or has become due, [`letters`] keeps what died in the queue, [`teller`] has GitHub
//! show check runs, [`glancer`] compares heads by
//! the hundred, [`reconciler`] installations with what GitHub lists, [`healer`] finds webhooks that never came, [`quotas`] has processes know of each other's calls, [`server`] answers HTTP. Each loop may run in any number of processes at once; all that they agree on is in the database.

mod core;
mod debts;
mod fetcher;
mod glancer;
mod handout;
mod healer;
mod jobs;
mod kept;
mod letters;
mod missed;
mod outage;
mod planner;
mod preview;
mod quotas;
mod reading;
mod reconciler;
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
