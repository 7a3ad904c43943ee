//! What the owners of a repository are told on GitHub: a check run on a commit, in words and on lines.
//!
//! In comes [`News`]: what changed, what is wrong with it, and how all of it stands. Out goes a [`Report`](crate::model::Report).
//! Pure; who keeps it and who sends it stand in `store/checks.rs` and `app/teller.rs`. Whatever comes from a repository is put
//! where Markdown does not read it as its own.

mod annotations;
mod change;
mod codes;
mod markdown;
mod merge;
mod news;
mod report;
mod summary;

pub use annotations::MOST_ANNOTATIONS;
pub use change::{Change, How};
pub use codes::explained;
pub use merge::{Merge, Standing, what_merges};
pub use news::{Counts, Finding, News, Subject, Unread};
pub use report::{Desk, not_looked_at, report, superseded};

#[cfg(test)]
mod tests;
