//! What is asked of GitHub, and what comes back.

use super::error::GitHubError;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;

/// The label of a call in the metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endpoint {
    App,
    Hook,
    Installations,
    AccessToken,
    InstallationRepositories,
    Repository,
    Tree,
    Blob,
    Compare,
    CheckRun,
    Deliveries,
    Redelivery,
    RateLimit,
    GraphQl,
}

impl Endpoint {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Hook => "hook",
            Self::Installations => "installations",
            Self::AccessToken => "access_token",
            Self::InstallationRepositories => "installation_repositories",
            Self::Repository => "repository",
            Self::Tree => "tree",
            Self::Blob => "blob",
            Self::Compare => "compare",
            Self::CheckRun => "check_run",
            Self::RateLimit => "rate_limit",
            Self::Deliveries => "deliveries",
            Self::Redelivery => "redelivery",
            Self::GraphQl => "graphql",
        }
    }
}

/// GitHub counts the two apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    Core,
    GraphQl,
}

impl Resource {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::GraphQl => "graphql",
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) endpoint: Endpoint,
    /// In words, for errors: `tree 4b82… of octo/demo`.
    pub(super) subject: String,
    pub(super) form: Form,
}

#[derive(Clone, Debug)]
pub(super) enum Form {
    /// A path below the API's base, with its query.
    Get(String),
    /// The bytes themselves instead of JSON.
    GetRaw(String),
    Post(String, Value),
    Patch(String, Value),
    GraphQl(Value),
}

/// A whole answer, whatever its status.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Call {
    pub(super) fn new(endpoint: Endpoint, subject: impl Into<String>, form: Form) -> Self {
        Self { endpoint, subject: subject.into(), form }
    }

    pub(super) fn resource(&self) -> Resource {
        match self.form {
            Form::GraphQl(_) => Resource::GraphQl,
            _ => Resource::Core,
        }
    }

    /// What it costs of a minute's allowance.
    pub(super) fn points(&self) -> i64 {
        match self.form {
            Form::Get(_) | Form::GetRaw(_) | Form::GraphQl(_) => 1,
            Form::Post(..) | Form::Patch(..) => 5,
        }
    }
}

impl Answer {
    pub(super) fn json<'a, T: Deserialize<'a>>(&'a self, subject: &str) -> Result<T, GitHubError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| GitHubError::Unreadable { subject: subject.to_owned(), reason: error.to_string() })
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.header(name)?.trim().parse().ok()
    }
}
