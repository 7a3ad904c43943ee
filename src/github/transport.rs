//! Sends one call: bounded in time and size, counted in the metrics.

use super::call::{Answer, Call, Form};
use super::config::GitHubConfig;
use super::error::{GitHubError, Unavailability};
use http::header::ACCEPT;
use http::request::Builder;
use http::{Method, Request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use octocrab::{OctoBody, Octocrab};
use std::error::Error;
use std::time::Duration;

/// A tree of 100,000 entries has 7 MB, fifty texts of half a megabyte have 25 MB.
const LARGEST_BODY: usize = 64 << 20;
const JSON: &str = "application/vnd.github+json";
const RAW: &str = "application/vnd.github.raw+json";

#[derive(Clone, Debug)]
pub(super) struct Transport {
    rest_path: String,
    graphql_path: String,
    timeout: Duration,
}

impl Transport {
    pub(super) fn new(config: &GitHubConfig) -> Self {
        Self {
            rest_path: config.rest_path().to_owned(),
            graphql_path: config.graphql_url().path().to_owned(),
            timeout: config.timeout,
        }
    }

    /// Sends the call as whoever `client` is signed in as. Any status is an answer.
    pub(super) async fn send(&self, client: &Octocrab, call: &Call) -> Result<Answer, GitHubError> {
        let answered = match tokio::time::timeout(self.timeout, self.exchange(client, call)).await {
            Ok(answered) => answered,
            Err(_) => Err(unavailable(call, Unavailability::Timeout(self.timeout))),
        };
        count(call, &answered);
        answered
    }

    async fn exchange(&self, client: &Octocrab, call: &Call) -> Result<Answer, GitHubError> {
        let request = self.request(client, call)?;
        let response = client.execute(request).await.map_err(|error| disconnected(call, &error))?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, LARGEST_BODY).collect().await.map_err(|error| broken_off(call, &*error))?;
        Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes().into() })
    }

    /// octocrab puts its base (the origin alone) before the path. An absolute URL would be sent without authorization.
    fn request(&self, client: &Octocrab, call: &Call) -> Result<Request<OctoBody>, GitHubError> {
        let rest = |path: &str| format!("{}{path}", self.rest_path);
        let (method, path, accept, body) = match &call.form {
            Form::Get(path) => (Method::GET, rest(path), JSON, None),
            Form::GetRaw(path) => (Method::GET, rest(path), RAW, None),
            Form::Post(path, body) => (Method::POST, rest(path), JSON, Some(body)),
            Form::Patch(path, body) => (Method::PATCH, rest(path), JSON, Some(body)),
            Form::GraphQl(body) => (Method::POST, self.graphql_path.clone(), JSON, Some(body)),
        };
        let head = Builder::new().method(method).uri(path).header(ACCEPT, accept);
        client.build_request(head, body).map_err(|error| GitHubError::Misconfigured { reason: root_cause(&error) })
    }
}

fn count(call: &Call, answered: &Result<Answer, GitHubError>) {
    let status = match answered {
        Ok(answer) => answer.status.as_str().to_owned(),
        Err(GitHubError::Unavailable { reason: Unavailability::Timeout(_), .. }) => "timeout".to_owned(),
        Err(GitHubError::Unreadable { .. }) => "too_large".to_owned(),
        Err(_) => "connection".to_owned(),
    };
    metrics::counter!("dotcursor_github_calls_total", "endpoint" => call.endpoint.as_str(), "status" => status)
        .increment(1);
}

fn unavailable(call: &Call, reason: Unavailability) -> GitHubError {
    GitHubError::Unavailable { subject: call.subject.clone(), reason }
}

fn disconnected(call: &Call, error: &(dyn Error + 'static)) -> GitHubError {
    unavailable(call, Unavailability::Connection(root_cause(error)))
}

fn broken_off(call: &Call, error: &(dyn Error + 'static)) -> GitHubError {
    if error.is::<LengthLimitError>() {
        let reason = format!("it is longer than {} MiB", LARGEST_BODY >> 20);
        return GitHubError::Unreadable { subject: call.subject.clone(), reason };
    }
    disconnected(call, error)
}

/// What went wrong in the first place. What wraps it (octocrab, tower, hyper) adds no more than its own names, or a
/// backtrace.
pub(super) fn root_cause(error: &(dyn Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
