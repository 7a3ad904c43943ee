//! What requests bring. The document describes them by these; [`Body`](crate::api::body::Body) reads them.

use super::{SAMPLE_BLOB, SAMPLE_TEXT, Sample};
use crate::model::Side;
use serde::Serialize;
use utoipa::ToSchema;

/// A definition that is to be made: with a name, or with a path.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewDefinition {
    /// Lower case letters, digits and hyphens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 128, pattern = "^[a-z0-9-]+$", nullable = false)]
    name: Option<&'static str>,
    /// Where it would stand in a repository: `.cursor/rules/style.mdc`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, nullable = false)]
    path: Option<&'static str>,
    /// The whole text, frontmatter included; up to 1 MiB.
    content: &'static str,
}

/// Another text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct NewText {
    /// The whole text, frontmatter included; up to 1 MiB.
    content: &'static str,
}

/// How a conflict is settled.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct TakenSide {
    #[schema(value_type = Side)]
    take: &'static str,
    /// The blob of git that was seen; null where git has deleted the file.
    #[schema(required)]
    blob: Option<&'static str>,
}

impl Sample for NewDefinition {
    fn sample() -> Self {
        Self { name: Some("house-style"), path: None, content: SAMPLE_TEXT }
    }
}

impl Sample for NewText {
    fn sample() -> Self {
        Self { content: SAMPLE_TEXT }
    }
}

impl Sample for TakenSide {
    fn sample() -> Self {
        Self { take: Side::GitHub.as_str(), blob: Some(SAMPLE_BLOB) }
    }
}
