//! What is to be said about a file: where, how grave, and how to mend it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Notice,
    Warning,
    /// The file is broken: the last good content stays in place.
    Error,
}

/// One finding in one file. `line` and `column` count from 1; a finding about the whole file stands at 1:1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Diagnostic {
    /// Stable, kebab-case, documented in docs/DIAGNOSTICS.md.
    pub code: String,
    pub severity: Severity,
    /// A plain sentence that says what is the matter.
    pub message: String,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub help: Option<String>,
    pub line: u32,
    pub column: u32,
}
