//! GraphQL calls. Status 200 says little there: an answer may be an error, or tell only a part.

use super::call::{Answer, Call, Endpoint, Form};
use super::error::{GitHubError, Unavailability};
use super::installation::InstallationClient;
use super::refusal::shortened;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A query and what it is about.
#[derive(Debug)]
pub(super) struct Query {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) variables: Value,
}

/// What was told, and what befell the parts that were not.
#[derive(Debug)]
pub(super) struct Told<R> {
    pub(super) repository: R,
    pub(super) problems: Vec<Problem>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Problem {
    message: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    /// The keys of the answer that lead to the part.
    #[serde(default)]
    path: Vec<Value>,
}

#[derive(Deserialize)]
struct Body<D> {
    data: Option<D>,
    errors: Option<Vec<Problem>>,
}

#[derive(Deserialize)]
struct Data<R> {
    repository: Option<R>,
}

/// All of what a query was told, by its own keys.
#[derive(Debug)]
pub(super) struct ToldAll<D> {
    pub(super) data: Option<D>,
    pub(super) problems: Vec<Problem>,
}

impl InstallationClient {
    /// Whether a problem spoils what was told is for the caller to say, unless it befell the repository as a whole.
    pub(super) async fn query<R: DeserializeOwned>(&self, query: Query) -> Result<Told<R>, GitHubError> {
        let subject = query.subject.clone();
        let ToldAll { data, problems } = self.query_all::<Data<R>>(query).await?;
        match (data.and_then(|data| data.repository), problems.first()) {
            (Some(repository), _) => Ok(Told { repository, problems }),
            (None, Some(problem)) => Err(problem.error(&subject)),
            (None, None) => Err(GitHubError::NotFound { subject }),
        }
    }

    /// The same of a query that is about more than one repository.
    pub(super) async fn query_all<D: DeserializeOwned>(&self, query: Query) -> Result<ToldAll<D>, GitHubError> {
        let body = json!({"query": query.text, "variables": query.variables});
        let call = Call::new(Endpoint::GraphQl, query.subject, Form::GraphQl(body));
        let answer = self.ask(&call).await?;
        let body: Body<D> = answer.json(&call.subject)?;
        let problems = body.errors.unwrap_or_default();
        if let Some(limit) = problems.iter().find_map(|problem| problem.rate_limit(&answer)) {
            return Err(self.refused(limit));
        }
        Ok(ToldAll { data: body.data, problems })
    }
}

impl Problem {
    /// Whether it befell the part under this key, or one below it.
    pub(super) fn is_about(&self, key: &str) -> bool {
        self.path.iter().any(|part| part == key)
    }

    pub(super) fn is_not_found(&self) -> bool {
        self.kind.as_deref() == Some("NOT_FOUND")
    }

    /// GitHub answers `file(path:)` with null and this problem where the commit has nothing at the path.
    pub(super) fn is_missing_file(&self) -> bool {
        self.is_not_found() || self.message.starts_with("Could not resolve file for path")
    }

    pub(super) fn error(&self, subject: &str) -> GitHubError {
        let (subject, message) = (subject.to_owned(), shortened(&self.message));
        match self.kind.as_deref() {
            Some("NOT_FOUND") => GitHubError::NotFound { subject },
            Some("FORBIDDEN" | "INSUFFICIENT_SCOPES") => GitHubError::Forbidden { subject, message, permissions: None },
            _ => GitHubError::Unavailable { subject, reason: Unavailability::Query(message) },
        }
    }

    fn rate_limit(&self, answer: &Answer) -> Option<GitHubError> {
        let told = matches!(self.kind.as_deref(), Some("RATE_LIMITED" | "RATE_LIMIT"));
        if told { answer.rate_limit(&format!("API rate limit exceeded. {}", self.message)) } else { None }
    }
}
