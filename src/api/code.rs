//! The codes of errors. They are stable: programs decide by them.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    InvalidRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    MethodNotAllowed,
    NothingToRetry,
    Internal,
    Unavailable,
    TooManyStreams,
}

impl Code {
    /// By status.
    pub const ALL: [Self; 9] = [
        Self::InvalidRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NothingToRetry,
        Self::Internal,
        Self::Unavailable,
        Self::TooManyStreams,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid-request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::NothingToRetry => "nothing-to-retry",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
            Self::TooManyStreams => "too-many-streams",
        }
    }

    pub fn status(self) -> StatusCode {
        match self {
            Self::InvalidRequest => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NothingToRetry => StatusCode::CONFLICT,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable | Self::TooManyStreams => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// An answer with it.
    pub fn example(self) -> Value {
        json!({"error": {"code": self.as_str(), "message": self.meaning(), "details": []}})
    }

    /// What it means, and how to go on.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::InvalidRequest => {
                "Some values cannot be used: `details` names each field and what is expected there."
            }
            Self::Unauthorized => "There is no token, or it is not good: unknown, expired or revoked.",
            Self::Forbidden => "The token is good and does not reach so far; `message` says which one does.",
            Self::NotFound => "There is no such thing, or the token may not see it: the two look the same.",
            Self::MethodNotAllowed => "The path takes other methods: the header `Allow` lists them.",
            Self::NothingToRetry => "Nothing here can be tried again: `message` says why.",
            Self::TooManyStreams => "This server has as many readers of events as it takes: try again later.",
            Self::Internal => "The server made a mistake; its log says more.",
            Self::Unavailable => {
                "The database, or the queue, does not answer: try again after the seconds of `Retry-After`."
            }
        }
    }
}
