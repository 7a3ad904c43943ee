//! Why a delivery is not taken, in the shape of the API's errors: `{"error": {"code", "message", "details"}}`.
//!
//! GitHub lists everything but a 2xx as failed and shows our answer beside it, so that an administrator reads it there.

use super::body::{MAX_BODY, PATIENCE};
use super::committer::NotTaken;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::json;

/// Seconds after which it is worth trying again.
const RETRY_AFTER: &str = "5";

#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("deliveries are sent by POST")]
    NotPosted,
    #[error("the body is larger than {MAX_BODY} bytes, which is the most that GitHub sends")]
    TooLarge,
    #[error("the body did not arrive within {} seconds", PATIENCE.as_secs())]
    TooSlow,
    #[error("the body broke off: {0}")]
    BrokeOff(String),
    #[error(
        "the header X-Hub-Signature-256 is missing: set the same secret in the App's settings and GITHUB_WEBHOOK_SECRET"
    )]
    Unsigned,
    #[error("the header X-Hub-Signature-256 is not \"sha256=\" and 64 hexadecimal digits")]
    SignatureMalformed,
    #[error(
        "the signature was made with another secret, or over other bytes: compare the App's secret with GITHUB_WEBHOOK_SECRET"
    )]
    WronglySigned,
    #[error("the header {0} is missing")]
    HeaderMissing(&'static str),
    #[error("the header {name} is not 1 to {limit} printable characters")]
    HeaderMalformed { name: &'static str, limit: usize },
    #[error("the body is a form without a field \"payload\": send that field, or the JSON itself as application/json")]
    NoPayloadField,
    #[error("the body is not JSON: {0}")]
    NotJson(String),
    #[error("the payload is not that of a {event} event: {problem}")]
    NotThatEvent { event: String, problem: String },
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    #[error("this server has no GitHub App yet: set one up at /setup, then have this delivery sent again")]
    NotSetUp,
}

/// Every code with its status; a test of this file holds them against the refusals.
pub(super) const KINDS: [(&str, StatusCode); 16] = [
    ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED),
    ("body-too-large", StatusCode::PAYLOAD_TOO_LARGE),
    ("body-too-slow", StatusCode::REQUEST_TIMEOUT),
    ("body-broke-off", StatusCode::BAD_REQUEST),
    ("unsigned", StatusCode::UNAUTHORIZED),
    ("signature-malformed", StatusCode::UNAUTHORIZED),
    ("wrongly-signed", StatusCode::UNAUTHORIZED),
    ("header-missing", StatusCode::BAD_REQUEST),
    ("header-malformed", StatusCode::BAD_REQUEST),
    ("no-payload-field", StatusCode::BAD_REQUEST),
    ("not-json", StatusCode::BAD_REQUEST),
    ("payload-malformed", StatusCode::BAD_REQUEST),
    ("overloaded", StatusCode::SERVICE_UNAVAILABLE),
    ("closing", StatusCode::SERVICE_UNAVAILABLE),
    ("not-stored", StatusCode::SERVICE_UNAVAILABLE),
    ("not-set-up", StatusCode::SERVICE_UNAVAILABLE),
];

impl Refusal {
    /// Stable; metrics are labelled with it too.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::NotPosted => "method-not-allowed",
            Self::TooLarge => "body-too-large",
            Self::TooSlow => "body-too-slow",
            Self::BrokeOff(_) => "body-broke-off",
            Self::Unsigned => "unsigned",
            Self::SignatureMalformed => "signature-malformed",
            Self::WronglySigned => "wrongly-signed",
            Self::HeaderMissing(_) => "header-missing",
            Self::HeaderMalformed { .. } => "header-malformed",
            Self::NoPayloadField => "no-payload-field",
            Self::NotJson(_) => "not-json",
            Self::NotThatEvent { .. } => "payload-malformed",
            Self::NotTaken(NotTaken::Overloaded) => "overloaded",
            Self::NotTaken(NotTaken::Closing) => "closing",
            Self::NotTaken(NotTaken::NotStored) => "not-stored",
            Self::NotSetUp => "not-set-up",
        }
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        let known = KINDS.into_iter().find(|(code, _)| *code == self.code());
        known.map_or(StatusCode::BAD_REQUEST, |(_, status)| status)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::NotPosted => drop(response.insert_header((header::ALLOW, "POST"))),
            Self::NotTaken(_) => drop(response.insert_header((header::RETRY_AFTER, RETRY_AFTER))),
            _ => {}
        }
        response.json(json!({ "error": { "code": self.code(), "message": self.to_string(), "details": [] } }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_status() {
        let text = String::new;
        let all = [
            Refusal::NotPosted,
            Refusal::TooLarge,
            Refusal::TooSlow,
            Refusal::BrokeOff(text()),
            Refusal::Unsigned,
            Refusal::SignatureMalformed,
            Refusal::WronglySigned,
            Refusal::HeaderMissing("X-GitHub-Event"),
            Refusal::HeaderMalformed { name: "X-GitHub-Event", limit: 1 },
            Refusal::NoPayloadField,
            Refusal::NotJson(text()),
            Refusal::NotThatEvent { event: text(), problem: text() },
            Refusal::NotTaken(NotTaken::Overloaded),
            Refusal::NotTaken(NotTaken::Closing),
            Refusal::NotTaken(NotTaken::NotStored),
            Refusal::NotSetUp,
        ];
        assert_eq!(all.map(|refusal| refusal.code()), KINDS.map(|(code, _)| code));
    }
}
