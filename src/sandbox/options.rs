//! What a stand-in is started with.

use super::key::AppKey;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Clone, Debug)]
pub struct StandInOptions {
    /// Port 0 takes any that is free.
    pub listen: SocketAddr,
    pub app_id: i64,
    /// Made anew if there is none; pass the one of the last start to keep a client's configuration valid.
    pub key: Option<AppKey>,
    pub webhook_secret: String,
    /// Where deliveries go; may be set later, when the receiver's port is known.
    pub webhook_url: Option<String>,
    pub webhook_format: WebhookFormat,
    /// How often the repositories are looked at for commits; never if `None`: the owner then announces them.
    pub watch_every: Option<Duration>,
    pub limits: Limits,
    pub edition: Edition,
    /// The folder in which every exchange is written down, for whoever wants to check them.
    pub record: Option<PathBuf>,
}

/// The oldest Enterprise Server that GitHub still describes.
pub const ENTERPRISE_VERSION: &str = "3.17.0";

/// Which of GitHub's products is stood in for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    #[default]
    Cloud,
    EnterpriseServer,
}

impl Edition {
    pub fn name(self) -> &'static str {
        match self {
            Self::Cloud => "github.com",
            Self::EnterpriseServer => "enterprise-server",
        }
    }
}

/// The content type of a delivery, as one chooses it in an App's settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WebhookFormat {
    #[default]
    Json,
    Form,
}

/// GitHub's published bounds; tests lower them to reach them cheaply.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Entries in one answer of the trees endpoint.
    pub tree_entries: usize,
    /// Commits in one push payload.
    pub push_commits: usize,
    /// Changed files told of one commit in a push payload.
    pub commit_files: usize,
    /// Bytes of text that GraphQL gives of one blob.
    pub graphql_text: usize,
    /// Calls an hour for each installation, REST and GraphQL counted apart.
    pub hourly_calls: u64,
    pub token_lifetime: Duration,
}

impl Default for StandInOptions {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            app_id: 4711,
            key: None,
            webhook_secret: "a secret that only the stand-in and its client know".to_owned(),
            webhook_url: None,
            webhook_format: WebhookFormat::default(),
            watch_every: None,
            limits: Limits::default(),
            edition: Edition::default(),
            record: None,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tree_entries: 100_000,
            push_commits: 2_048,
            commit_files: 3_000,
            graphql_text: 512_000,
            hourly_calls: 5_000,
            token_lifetime: Duration::from_secs(3_600),
        }
    }
}
