//! One call: sent, bounded in time and size, counted, and judged.

use super::error::GitHubError;
use super::quota;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt, Limited};
use octocrab::Octocrab;
use serde_json::Value;
use std::time::Duration;

/// GitHub cuts requests off after ten seconds.
const TIMEOUT: Duration = Duration::from_secs(12);
/// A tree of 100,000 entries has 7 MB, a blob may have 100 MB: what we read is smaller.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// What is asked. `endpoint` is the label of metrics.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub endpoint: &'static str,
    pub method: Method,
    pub path: String,
    /// Asks for a media type other than JSON.
    pub accept: Option<&'static str>,
}

#[derive(Clone, Debug)]
pub(super) enum Method {
    Get,
    Post(Value),
}

#[derive(Debug)]
pub(super) struct Answer {
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Call {
    pub(super) fn get(endpoint: &'static str, path: impl Into<String>) -> Self {
        Self { endpoint, method: Method::Get, path: path.into(), accept: None }
    }

    pub(super) fn post(endpoint: &'static str, path: impl Into<String>, body: Value) -> Self {
        Self { endpoint, method: Method::Post(body), path: path.into(), accept: None }
    }
}

impl Answer {
    pub(super) fn json(&self) -> Result<Value, GitHubError> {
        serde_json::from_slice(&self.body).map_err(|error| GitHubError::Unreadable(error.to_string()))
    }
}

/// Sends the call as whoever `client` is signed in as.
pub(super) async fn send(client: &Octocrab, call: &Call) -> Result<Answer, GitHubError> {
    let sent = tokio::time::timeout(TIMEOUT, exchange(client, call)).await;
    let (status, answer) = match sent {
        Ok(Ok(answered)) => answered,
        Ok(Err(reason)) => {
            count(call, "failed");
            return Err(GitHubError::Unavailable(reason));
        }
        Err(_) => {
            count(call, "timeout");
            return Err(GitHubError::Unavailable(format!("no answer within {} s", TIMEOUT.as_secs())));
        }
    };
    count(call, status.as_str());
    if status.is_success() { Ok(answer) } else { Err(refusal(status, &answer, call)) }
}

fn count(call: &Call, status: &str) {
    metrics::counter!("dotcursor_github_calls_total", "endpoint" => call.endpoint, "status" => status.to_owned())
        .increment(1);
}

async fn exchange(client: &Octocrab, call: &Call) -> Result<(StatusCode, Answer), String> {
    let response = match &call.method {
        Method::Get => {
            let mut headers = HeaderMap::new();
            if let Some(accept) = call.accept {
                headers.insert(http::header::ACCEPT, http::HeaderValue::from_static(accept));
            }
            client._get_with_headers(call.path.as_str(), Some(headers)).await
        }
        Method::Post(body) => client._post(call.path.as_str(), Some(body)).await,
    };
    let (parts, body) = response.map_err(|error| causes(&error))?.into_parts();
    let body = Limited::new(body, LARGEST_ANSWER).collect().await.map_err(|error| causes(error.as_ref()))?;
    Ok((parts.status, Answer { headers: parts.headers, body: body.to_bytes().to_vec() }))
}

/// An error with its causes; no request header is ever in it.
pub(super) fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut told = first_line(&error.to_string());
    let mut cause = error.source();
    while let Some(inner) = cause {
        told = format!("{told}: {}", first_line(&inner.to_string()));
        cause = inner.source();
    }
    told
}

/// octocrab's errors print a backtrace below their first line.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

fn refusal(status: StatusCode, answer: &Answer, call: &Call) -> GitHubError {
    let message = message(&answer.body);
    match status {
        StatusCode::UNAUTHORIZED => GitHubError::Unauthorized,
        StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS => {
            if let Some(until) = quota::refused_until(&answer.headers, &message) {
                return GitHubError::RateLimited { until };
            }
            if message.contains("suspended") {
                return GitHubError::Suspended;
            }
            let permissions = answer.headers.get("x-accepted-github-permissions");
            let permissions = permissions.and_then(|value| value.to_str().ok()).unwrap_or("not told").to_owned();
            GitHubError::Forbidden { message, permissions }
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => GitHubError::NotFound(call.path.clone()),
        StatusCode::CONFLICT => GitHubError::EmptyRepository,
        status if status.is_server_error() => GitHubError::Unavailable(format!("{status} for {}", call.path)),
        status => GitHubError::Unreadable(format!("{status} for {}: {message}", call.path)),
    }
}

/// GitHub's own words, cut short.
fn message(body: &[u8]) -> String {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    value["message"].as_str().unwrap_or_default().chars().take(200).collect()
}
