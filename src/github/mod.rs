//! The App's client of GitHub: heads, trees and blobs of repositories, what is installed where, and why something is not
//! to be had.
//!
//! In come names that the store keeps ([`RepositoryRef`], SHAs), out come our own nouns or a [`GitHubError`] that a caller
//! can act on. octocrab signs and sends; its types stop in here. [`GitHub`] is the App, [`InstallationClient`] one
//! installation of it: `look`, `tree` and `blobs` are what planners and workers ask. Below them, `graphql` and `call`
//! say what is asked, `ledger` whether now, `transport` sends it and counts, `refusal` judges what came back, `token` keeps
//! the tokens.

mod app;
mod blobs;
mod call;
mod checks;
mod client;
mod compare;
mod config;
mod deliveries;
mod entry;
mod error;
mod folder;
mod glance;
mod graphql;
mod hook;
mod installation;
mod ledger;
mod limit;
mod look;
mod look_file;
mod manifest;
mod pages;
mod patience;
mod refusal;
mod registration;
mod rename;
mod repositories;
mod repository;
mod sighting;
mod token;
mod transport;
mod tree;
mod urgency;
mod user_flow;
mod web;

#[cfg(test)]
mod tests;

pub use app::{App, Grants, Installation, InstallationState};
pub use blobs::BlobRead;
pub use checks::{CheckRun, CheckSeen};
pub use client::GitHub;
pub use compare::Parting;
pub use config::{GitHubConfig, timeout};
pub use deliveries::DeliveryPage;
pub use entry::TreeEntry;
pub use error::{GitHubError, Unavailability};
pub use folder::{FolderListing, FolderState};
pub use glance::{Glance, Glimpse, GlimpsedHead};
pub use hook::HookConfig;
pub use installation::InstallationClient;
pub use limit::RateLimit;
pub use look::{Look, LookHead};
pub use look_file::LookFile;
pub use manifest::{ManifestUrls, manifest, wanted_events, wanted_permissions};
pub use registration::{Registered, Registrar, SecretText, is_login};
pub use repository::RepositoryRef;
pub use urgency::Urgency;
pub use user_flow::{Attempt, Reach, User, UserFlow, UserFlowConfig, UserToken};
pub use web::{api_url, web_url};
