//! The queries. This folder is compiled twice, as `postgres::queries` and as `sqlite::queries`: `Conn` and `dialect`
//! are those of the module above. Every function runs inside the transaction of its caller.

use super::{Conn, dialect};

pub(crate) mod audit;
pub(crate) mod batch;
pub(crate) mod bulk;
pub(crate) mod catalog;
pub(crate) mod check_around;
pub(crate) mod check_due;
pub(crate) mod check_news;
pub(crate) mod check_payment;
pub(crate) mod checks;
pub(crate) mod clashes;
pub(crate) mod clock;
pub(crate) mod debts;
pub(crate) mod edits;
pub(crate) mod events;
pub(crate) mod finish;
pub(crate) mod graph;
pub(crate) mod idempotency;
pub(crate) mod import;
pub(crate) mod intake;
pub(crate) mod jobs;
pub(crate) mod known;
pub(crate) mod letters;
pub(crate) mod linking;
pub(crate) mod links;
pub(crate) mod listing;
pub(crate) mod plain_skills;
pub(crate) mod plans;
pub(crate) mod removal;
pub(crate) mod repositories;
pub(crate) mod requests;
pub(crate) mod resolve;
pub(crate) mod runs;
pub(crate) mod sessions;
pub(crate) mod status;
pub(crate) mod tasks;
pub(crate) mod tokens;
pub(crate) mod upkeep;
pub(crate) mod wants;
pub(crate) mod worklist;
pub(crate) mod workspaces;
pub(crate) mod write;
