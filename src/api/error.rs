//! What went wrong, in one shape: `{"error": {"code", "message", "details"}}`. [`Code`] lists the codes.

use super::code::Code;
use super::refused;
use crate::queue::QueueError;
use crate::store::StoreError;
use crate::store::edits::Refusal;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};
use std::fmt;

#[derive(Debug)]
pub enum ApiError {
    /// No token, or one that is not good.
    Unauthorized,
    /// A good token that does not reach so far.
    Forbidden(&'static str),
    /// There is none, or it is another tenant's: the two look the same.
    NotFound(&'static str),
    MethodNotAllowed,
    /// More bytes than these.
    TooLarge(usize),
    /// Nothing shows that a page of this server sent what came with a session's cookie.
    CrossSite,
    /// Too much was asked within a minute.
    TooManyRequests,
    /// Why nobody was signed in.
    SignInFailed(&'static str),
    /// Whether a session is still good could not be found out.
    NotChecked,
    /// What would be deleted, for whoever has not seen it.
    Unconfirmed(Value),
    /// A value of the request cannot be used: field, what is wrong.
    Invalid(Vec<(String, String)>),
    /// Nothing that was named can be tried again, for this reason.
    NothingToRetry(&'static str),
    /// No more readers of events are taken by this process.
    TooManyStreams,
    /// There is no App yet.
    NotSetUp,
    /// The queue does not take it just now.
    Queue(QueueError),
    /// The same request with the same `Idempotency-Key` is being answered.
    KeyInUse,
    /// Another request had this `Idempotency-Key`.
    KeyOfAnother,
    /// A write was refused.
    Refused(Refusal),
    /// Some items of a bulk request were refused, and all were to be written: item, why.
    NothingWritten(Vec<(String, String)>),
    /// The database went away in the midst of a bulk request.
    BrokenOff,
    /// A change that has to say what was read.
    PreconditionRequired,
    /// Not the asker's fault.
    Store(StoreError),
    /// A mistake of ours; the log says more.
    Internal,
}

impl ApiError {
    fn code(&self) -> Code {
        match self {
            Self::Unauthorized => Code::Unauthorized,
            Self::Forbidden(_) => Code::Forbidden,
            Self::NotFound(_) => Code::NotFound,
            Self::MethodNotAllowed => Code::MethodNotAllowed,
            Self::TooLarge(_) => Code::TooLarge,
            Self::CrossSite => Code::CrossSite,
            Self::TooManyRequests => Code::TooManyRequests,
            Self::SignInFailed(_) => Code::SignInFailed,
            Self::NotChecked => Code::Unavailable,
            Self::Unconfirmed(_) => Code::Unconfirmed,
            Self::Invalid(_) => Code::InvalidRequest,
            Self::NothingToRetry(_) => Code::NothingToRetry,
            Self::TooManyStreams => Code::TooManyStreams,
            Self::NotSetUp => Code::NotSetUp,
            Self::KeyInUse => Code::IdempotencyKeyInUse,
            Self::KeyOfAnother => Code::IdempotencyKeyReused,
            Self::Refused(refusal) => refused::code(refusal),
            Self::NothingWritten(_) => Code::NothingWritten,
            Self::BrokenOff | Self::Store(_) | Self::Queue(_) => Code::Unavailable,
            Self::PreconditionRequired => Code::PreconditionRequired,
            Self::Internal => Code::Internal,
        }
    }

    pub(super) fn shown(&self) -> Value {
        json!({"code": self.code().as_str(), "message": self.to_string(), "details": self.details()})
    }

    /// As a part of another error's details.
    pub(super) fn in_one_line(&self) -> String {
        let details = match self {
            Self::Invalid(fields) => fields.iter().map(|(field, problem)| format!(" {field}: {problem}")).collect(),
            _ => String::new(),
        };
        format!("{}: {self}{details}", self.code().as_str())
    }

    fn details(&self) -> Value {
        match self {
            Self::Invalid(fields) | Self::NothingWritten(fields) => {
                fields.iter().map(|(field, problem)| json!({"field": field, "problem": problem})).collect()
            }
            Self::Unconfirmed(contents) => contents.clone(),
            Self::Refused(refusal) => refused::details(refusal),
            _ => Value::Array(vec![]),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthorized => f.write_str("Send a valid token as `Authorization: Bearer …`."),
            Self::Forbidden(needed) => write!(f, "This token may not do that: it needs {needed}."),
            Self::NotFound(what) => write!(f, "There is no such {what}."),
            Self::MethodNotAllowed => f.write_str("This route does not take that method."),
            Self::CrossSite => f.write_str(
                "With a session's cookie only pages of this server may write; programs send `X-Requested-With` too.",
            ),
            Self::TooManyRequests => {
                f.write_str("Too much was asked within a minute; `Retry-After` says how long to wait.")
            }
            Self::SignInFailed(reason) => write!(f, "You are not signed in: {reason}. Try again at /auth/github."),
            Self::NotChecked => f.write_str("What you may see could not be found out; try again."),
            Self::Unconfirmed(_) => {
                f.write_str("`details` tells what would be deleted, for good; send its `confirm` along to do it.")
            }
            Self::Invalid(_) => f.write_str("Some values cannot be used; `details` names them."),
            Self::NothingToRetry(reason) => f.write_str(reason),
            Self::TooManyStreams => {
                f.write_str("This server watches for as many readers as it can; try again, or ask `sync/status`.")
            }
            Self::NotSetUp => f.write_str(
                "This server has no GitHub App yet: set one up at /setup, by the address that was printed when the server started.",
            ),
            Self::Queue(_) => f.write_str("The queue does not answer; try again."),
            Self::TooLarge(most) => write!(f, "The body is too large: {most} bytes at most are taken."),
            Self::KeyInUse => f.write_str("The same request with this `Idempotency-Key` is being answered; try again."),
            Self::KeyOfAnother => f.write_str("Another request had this `Idempotency-Key`: take a new one."),
            Self::Refused(refusal) => f.write_str(&refused::message(refusal)),
            Self::NothingWritten(_) => f.write_str("Nothing was written: `details` names the items that were refused."),
            Self::BrokenOff | Self::Store(_) => f.write_str("The database does not answer; try again."),
            Self::PreconditionRequired => {
                f.write_str("Send the `ETag` of the definition, as you have read it, as `If-Match`.")
            }
            Self::Internal => f.write_str("The server made a mistake; its log says more."),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        if error.is_gone() {
            tracing::info!(%error, "what a request was about was deleted meanwhile");
            return Self::NotFound("thing any more: it was deleted meanwhile");
        }
        Self::Store(error)
    }
}

impl From<QueueError> for ApiError {
    fn from(error: QueueError) -> Self {
        Self::Queue(error)
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoWorkspace => Self::NotFound("workspace"),
            Refusal::NoDefinition => Self::NotFound("definition"),
            Refusal::NoVersion => Self::NotFound("version"),
            refusal => Self::Refused(refusal),
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.code().status()
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Store(error) => tracing::error!(%error, "a request could not be answered"),
            Self::Queue(error) => tracing::error!(%error, "a request could not be answered"),
            _ => {}
        }
        let mut response = HttpResponse::build(self.status_code());
        // What one asker is refused says nothing to the next.
        response.insert_header((CACHE_CONTROL, "no-store"));
        match self {
            Self::Unauthorized => drop(response.insert_header((WWW_AUTHENTICATE, "Bearer"))),
            Self::Store(_) | Self::Queue(_) | Self::NotChecked | Self::BrokenOff | Self::KeyInUse => {
                response.insert_header((RETRY_AFTER, "1"));
            }
            Self::TooManyStreams => drop(response.insert_header((RETRY_AFTER, "5"))),
            _ => {}
        }
        response.json(json!({"error": self.shown()}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_deleted_under_a_request_is_not_found() {
        let error = ApiError::from(StoreError::Gone("workspace"));
        assert_eq!(error.status_code(), StatusCode::NOT_FOUND);
        assert_eq!(error.to_string(), "There is no such thing any more: it was deleted meanwhile.");
        let away = ApiError::from(StoreError::Unreachable("down".to_owned()));
        assert_eq!(away.status_code(), StatusCode::SERVICE_UNAVAILABLE);
    }
}
