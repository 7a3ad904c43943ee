//! Versions of a definition.

use super::{SAMPLE_BLOB, SAMPLE_COMMIT, SAMPLE_TEXT, Sample, Time};
use crate::store::rows::listing;
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Version<'a> {
    #[schema(minimum = 1)]
    pub version: i32,
    #[schema(required)]
    pub path: Option<&'a str>,
    #[schema(required)]
    pub commit: Option<&'a str>,
    #[schema(required)]
    pub blob: Option<&'a str>,
    pub changed_at: Time,
    /// `github_sync`, or who.
    pub changed_by: &'a str,
}

/// A version with its text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct VersionWithText<'a> {
    #[serde(flatten)]
    pub version: Version<'a>,
    pub content: &'a str,
    #[schema(value_type = Object)]
    pub frontmatter: Cow<'a, Value>,
}

impl<'a> Version<'a> {
    pub(in crate::api) fn of(row: &'a listing::Version) -> Self {
        Self {
            version: row.version,
            path: row.path.as_deref(),
            commit: row.commit_sha.as_deref(),
            blob: row.blob.as_deref(),
            changed_at: Time(row.changed_at),
            changed_by: &row.changed_by,
        }
    }
}

impl<'a> VersionWithText<'a> {
    pub(in crate::api) fn of(row: &'a listing::Version, content: &'a str, frontmatter: &'a Value) -> Self {
        Self { version: Version::of(row), content, frontmatter: Cow::Borrowed(frontmatter) }
    }
}

impl Sample for Version<'static> {
    fn sample() -> Self {
        Self {
            version: 1,
            path: Some(".cursor/rules/style.mdc"),
            commit: Some(SAMPLE_COMMIT),
            blob: Some(SAMPLE_BLOB),
            changed_at: Time::sample(),
            changed_by: "github_sync",
        }
    }
}

impl Sample for VersionWithText<'static> {
    fn sample() -> Self {
        let frontmatter = Cow::Owned(json!({"description": "How code is written here", "alwaysApply": true}));
        Self { version: Version::sample(), content: SAMPLE_TEXT, frontmatter }
    }
}
