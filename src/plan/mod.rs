//! What is different between a repository's head and what we hold: the rules of docs/PROTOCOL.md.
//!
//! In comes a repository that is owed a comparison; out go the open tasks of a new run, one for each file that is to be
//! read, and marks on the definitions whose file has gone. [`survey`] makes a list of our files out of a tree,
//! [`mod@decide`] holds it against the rows; both are pure. [`compare`] reads GitHub and hands the comparison to the store,
//! which decides inside one transaction.

pub mod compare;
pub mod comparison;
pub mod decide;
pub mod glance;
pub mod settings;
pub mod survey;

pub use comparison::{Comparison, Planned, PlannedTask};
pub use decide::{Decision, KnownRow, OpenTask, decide};
pub use settings::Noted;
pub use survey::{Coverage, SeenFile, Survey, TreeEntry, digest};
