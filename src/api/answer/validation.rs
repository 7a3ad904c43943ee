//! What the reader says of a definition.

use super::{Run, Sample};
use crate::model::Diagnostic;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Validation<'a> {
    /// Whether nothing it found is an error.
    pub valid: bool,
    #[schema(value_type = Vec<Diagnostic>)]
    pub diagnostics: Vec<Value>,
    /// The run that did it.
    pub run: Run<'a>,
}

impl Sample for Validation<'static> {
    fn sample() -> Self {
        Self { valid: true, diagnostics: vec![], run: Run::sample() }
    }
}
