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
    TooLarge,
    CrossSite,
    TooManyRequests,
    SignInFailed,
    Unconfirmed,
    Taken,
    NoConflict,
    MovedOn,
    Stale,
    Broken,
    IdempotencyKeyInUse,
    IdempotencyKeyReused,
    NothingWritten,
    PreconditionRequired,
    Internal,
    Unavailable,
    TooManyStreams,
    NotSetUp,
}

impl Code {
    /// By status.
    pub const ALL: [Self; 24] = [
        Self::InvalidRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NothingToRetry,
        Self::TooLarge,
        Self::CrossSite,
        Self::TooManyRequests,
        Self::SignInFailed,
        Self::Unconfirmed,
        Self::Taken,
        Self::NoConflict,
        Self::MovedOn,
        Self::Stale,
        Self::Broken,
        Self::IdempotencyKeyInUse,
        Self::IdempotencyKeyReused,
        Self::NothingWritten,
        Self::PreconditionRequired,
        Self::Internal,
        Self::Unavailable,
        Self::TooManyStreams,
        Self::NotSetUp,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid-request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::NothingToRetry => "nothing-to-retry",
            Self::TooLarge => "too-large",
            Self::CrossSite => "cross-site",
            Self::TooManyRequests => "too-many-requests",
            Self::SignInFailed => "sign-in-failed",
            Self::Unconfirmed => "unconfirmed",
            Self::Taken => "taken",
            Self::NoConflict => "no-conflict",
            Self::MovedOn => "moved-on",
            Self::Stale => "stale",
            Self::Broken => "broken",
            Self::IdempotencyKeyInUse => "idempotency-key-in-use",
            Self::IdempotencyKeyReused => "idempotency-key-reused",
            Self::NothingWritten => "nothing-written",
            Self::PreconditionRequired => "precondition-required",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
            Self::TooManyStreams => "too-many-streams",
            Self::NotSetUp => "not-set-up",
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
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::CrossSite => StatusCode::FORBIDDEN,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::SignInFailed => StatusCode::BAD_REQUEST,
            Self::Unconfirmed => StatusCode::CONFLICT,
            Self::Taken | Self::NoConflict | Self::MovedOn => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::Broken => StatusCode::UNPROCESSABLE_ENTITY,
            Self::IdempotencyKeyInUse => StatusCode::CONFLICT,
            Self::IdempotencyKeyReused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NothingWritten => StatusCode::UNPROCESSABLE_ENTITY,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable | Self::TooManyStreams | Self::NotSetUp => StatusCode::SERVICE_UNAVAILABLE,
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
            Self::NotSetUp => "This server has no GitHub App yet: whoever runs it sets one up at `/setup`.",
            Self::TooLarge => "The body has more bytes than the route takes.",
            Self::CrossSite => {
                "Nothing shows that a page of this server sent what came with a session's cookie: send the header `X-Requested-With`."
            }
            Self::TooManyRequests => {
                "Too much was asked within a minute: try again after the seconds of `Retry-After`."
            }
            Self::SignInFailed => "Nobody was signed in; `message` says why. Begin again at `/auth/github`.",
            Self::Unconfirmed => "`details` tells what would be deleted, for good: send its `confirm` along to do it.",
            Self::Taken => "Another local definition has that name or path: `details` says which.",
            Self::NoConflict => "There is no conflict of an edit to settle.",
            Self::MovedOn => "Git has another blob by now: `details` names it.",
            Self::Stale => "It has changed since it was seen: read it again.",
            Self::Broken => "The text cannot be read: `details` holds what the reader found.",
            Self::IdempotencyKeyInUse => {
                "The same request with the same `Idempotency-Key` is being answered: try again after the seconds of `Retry-After`."
            }
            Self::IdempotencyKeyReused => "Another request had this `Idempotency-Key` within a day: take a new one.",
            Self::NothingWritten => "Nothing was written, since some items were refused: `details` names them.",
            Self::PreconditionRequired => "Send the `ETag` of the definition, as it was read, as `If-Match`.",
            Self::Internal => "The server made a mistake; its log says more.",
            Self::Unavailable => {
                "The database, or the queue, does not answer: try again after the seconds of `Retry-After`."
            }
        }
    }
}
