//! An answer that is no success, in the shape that GitHub gives it.

use crate::sandbox::git::GitError;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};
use std::fmt;

#[derive(Clone, Debug)]
pub struct Refusal {
    status: u16,
    message: String,
    location: Option<String>,
    retry_after: Option<u64>,
    errors: Vec<Value>,
}

impl Refusal {
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), location: None, retry_after: None, errors: Vec::new() }
    }

    /// Not there, or not to be seen: GitHub does not tell which.
    pub fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    pub fn empty_repository() -> Self {
        Self::new(409, "Git Repository is empty.")
    }

    pub fn invalid(resource: &str, field: &str, code: &str) -> Self {
        let errors = vec![json!({"resource": resource, "field": field, "code": code})];
        Self { errors, ..Self::new(422, "Validation Failed") }
    }

    pub fn moved(status: u16, location: String) -> Self {
        Self { location: Some(location), ..Self::new(status, "Moved Permanently") }
    }

    pub fn secondary_limit(status: u16, retry_after: Option<u64>) -> Self {
        let message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
        Self { retry_after, ..Self::new(status, message) }
    }

    /// What GitHub says with a status when nothing better is known.
    pub fn of_status(status: u16) -> Self {
        let message = match status {
            401 => "Bad credentials",
            403 => "Resource not accessible by integration",
            404 => "Not Found",
            409 => "Git Repository is empty.",
            422 => "Validation Failed",
            502 | 504 => "Server Error: the upstream server did not answer in time",
            503 => "Service Unavailable",
            _ => "Server Error",
        };
        Self::new(status, message)
    }

    fn body(&self) -> Value {
        let documentation_url = "https://docs.github.com/rest";
        let mut body = json!({
            "message": self.message, "documentation_url": documentation_url, "status": self.status.to_string(),
        });
        if !self.errors.is_empty() {
            body["errors"] = self.errors.clone().into();
        }
        if let Some(location) = &self.location {
            body["url"] = location.clone().into();
        }
        body
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.message)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        if let Some(location) = &self.location {
            response.insert_header(("location", location.as_str()));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header(("retry-after", seconds.to_string()));
        }
        response.json(self.body())
    }
}

/// The repository on disk is not what it was when it was added.
impl From<GitError> for Refusal {
    fn from(error: GitError) -> Self {
        tracing::warn!(error = %error, "the stand-in could not read a repository");
        Self::new(500, format!("Server Error: {error}"))
    }
}
