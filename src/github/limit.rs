//! What is left of an installation's quota; asking costs nothing of it.

use super::call::{Call, Endpoint, Form};
use super::error::GitHubError;
use super::installation::InstallationClient;
use chrono::{DateTime, NaiveDateTime};
use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateLimit {
    pub limit: u64,
    pub remaining: u64,
    pub reset: NaiveDateTime,
}

#[derive(Deserialize)]
struct Answered {
    resources: Resources,
}

#[derive(Deserialize)]
struct Resources {
    core: Resource,
    graphql: Option<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    limit: u64,
    remaining: u64,
    reset: i64,
}

impl InstallationClient {
    /// Of REST and GraphQL the one that is nearer to its end; `None` where GitHub limits nothing, as Enterprise Server by default.
    pub async fn rate_limit(&self) -> Result<Option<RateLimit>, GitHubError> {
        let subject = "the rate limit";
        let call = Call::new(Endpoint::RateLimit, subject, Form::Get("/rate_limit".to_owned()));
        let answered: Answered = match self.ask(&call).await {
            Ok(answer) => answer.json(subject)?,
            Err(GitHubError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let all = [Some(answered.resources.core), answered.resources.graphql].into_iter().flatten();
        // Parts of a thousand.
        let left = |it: &Resource| it.remaining.saturating_mul(1000).checked_div(it.limit).unwrap_or(1000);
        let tightest = all.min_by_key(left).map(|it| RateLimit {
            limit: it.limit,
            remaining: it.remaining,
            reset: DateTime::from_timestamp(it.reset, 0).map(|time| time.naive_utc()).unwrap_or_default(),
        });
        Ok(tightest)
    }
}
