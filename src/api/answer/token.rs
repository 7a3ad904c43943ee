//! Tokens: whose they are and what they may, never their text but once.

use super::{SAMPLE_ID, Sample, Time};
use crate::store::rows::listing::TokenRow;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Token<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// `read`, `write` or `admin`.
    pub role: &'a str,
    /// The only workspace that it opens; null if it opens all.
    #[schema(required)]
    pub workspace_id: Option<&'a str>,
    pub created_at: Time,
    #[schema(required)]
    pub expires_at: Option<Time>,
    /// To the minute.
    #[schema(required)]
    pub last_used_at: Option<Time>,
    #[schema(required)]
    pub revoked_at: Option<Time>,
}

/// A token that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct MadeToken<'a> {
    #[serde(flatten)]
    pub token: Token<'a>,
    /// What to send as `Authorization: Bearer …`. It is not to be had again.
    pub text: &'a str,
}

/// The token that is to be made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct WantedToken {
    /// Whose it is or what it is for.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    #[schema(pattern = "^(read|write|admin)$")]
    pub role: String,
    /// The only workspace that it opens. Left out by an administrator: all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace_id: Option<String>,
    /// When it ends; never, unless told.
    #[schema(format = DateTime)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<String>,
}

impl<'a> Token<'a> {
    pub(in crate::api) fn of(row: &'a TokenRow) -> Self {
        Self {
            id: &row.id,
            name: &row.name,
            role: &row.role,
            workspace_id: row.workspace_id.as_deref(),
            created_at: Time(row.created_at),
            expires_at: row.expires_at.map(Time),
            last_used_at: row.last_used_at.map(Time),
            revoked_at: row.revoked_at.map(Time),
        }
    }
}

impl Sample for Token<'static> {
    fn sample() -> Self {
        Self {
            id: SAMPLE_ID,
            name: "dashboard",
            role: "read",
            workspace_id: Some(SAMPLE_ID),
            created_at: Time::sample(),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        }
    }
}

impl Sample for MadeToken<'static> {
    fn sample() -> Self {
        Self { token: Token::sample(), text: "dcur_…" }
    }
}

impl Sample for WantedToken {
    fn sample() -> Self {
        Self { name: "dashboard".to_owned(), role: "read".to_owned(), workspace_id: None, expires_at: None }
    }
}
