//! GitHub as the rest of the program sees it: what heads, trees and blobs are, and why they are not to be had.
//!
//! octocrab's types stop in here. [`GitHub`] is the App, [`InstallationClient`] one of its installations; `call` sends and
//! judges answers, `token` keeps the tokens, `look`, `tree` and `blobs` are what planners and workers ask.

mod app;
mod blobs;
mod call;
mod config;
mod error;
mod installation;
mod look;
mod quota;
mod repositories;
mod token;
mod tree;

pub use app::GitHub;
pub use blobs::BlobRead;
pub use config::GitHubConfig;
pub use error::GitHubError;
pub use installation::{InstallationClient, RepositoryRef};
pub use look::{FolderListing, FolderState, Look, LookHead};
pub use repositories::InstalledRepository;
