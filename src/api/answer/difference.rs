//! What changed between two versions.

use super::Sample;
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Difference<'a> {
    pub from: i32,
    pub to: i32,
    /// As `diff -u` writes it; empty if the texts are the same.
    pub unified: String,
    /// The keys of the frontmatter that are not the same.
    pub frontmatter: Vec<FieldChange<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct FieldChange<'a> {
    pub key: &'a str,
    /// It tells a missing key from one that is `null`.
    pub change: Change,
    #[schema(required)]
    pub before: Option<Cow<'a, Value>>,
    #[schema(required)]
    pub after: Option<Cow<'a, Value>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(in crate::api) enum Change {
    Added,
    Removed,
    Changed,
}

impl Sample for Difference<'static> {
    fn sample() -> Self {
        let change = FieldChange {
            key: "alwaysApply",
            change: Change::Changed,
            before: Some(Cow::Owned(json!(false))),
            after: Some(Cow::Owned(json!(true))),
        };
        let unified = "--- version 1\n+++ version 2\n@@ -1,2 +1,2 @@\n ---\n-alwaysApply: false\n+alwaysApply: true\n";
        Self { from: 1, to: 2, unified: unified.to_owned(), frontmatter: vec![change] }
    }
}
