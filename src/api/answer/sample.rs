//! What the document's examples are made of.

use serde::Serialize;
use utoipa::ToSchema;

/// A noun of the document: its examples are made of real values, so that they never say what no answer says.
pub(in crate::api) trait Sample: Serialize + ToSchema {
    fn sample() -> Self;
}

pub(in crate::api) const SAMPLE_ID: &str = "019ac0de-5eed-7abc-8def-0123456789ab";
pub(in crate::api) const SAMPLE_COMMIT: &str = "7638417db6d59f3c431d3e1f261cc637155684cd";
pub(in crate::api) const SAMPLE_BLOB: &str = "a7f8d9e6c5b4a39281706f5e4d3c2b1a09f8e7d6";
pub(in crate::api) const SAMPLE_TEXT: &str =
    "---\ndescription: How code is written here\nalwaysApply: true\n---\nUse tabs.\n";
