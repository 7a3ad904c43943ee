//! JSON that a request brings: what is wrong with it is named field by field, all of it at once.

use super::error::ApiError;
use super::json::Flat;
use super::query::Problems;
use actix_web::web;
use serde_json::{Map, Value};

pub(super) struct Body {
    fields: Map<String, Value>,
    problems: Problems,
}

impl Body {
    /// Takes up to `largest` bytes; fields that are not `known` are problems.
    pub(super) async fn read(payload: web::Payload, largest: usize, known: &[&str]) -> Result<Self, ApiError> {
        let bytes = payload.to_bytes_limited(largest).await.map_err(|_| ApiError::TooLarge(largest))?;
        let bytes = bytes.map_err(|error| unusable(format!("it did not arrive whole: {error}")))?;
        let read: Result<Flat, _> = serde_json::from_slice(&bytes);
        let Flat(value) = read.map_err(|error| unusable(format!("JSON is expected: {error}")))?;
        let Value::Object(fields) = value else {
            return Err(unusable(format!("an object is expected, with {}", known.join(", "))));
        };
        let mut problems = Problems::default();
        for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
            problems.add(name, format!("there is no such field; known are {}", known.join(", ")));
        }
        Ok(Self { fields, problems })
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// `None` if the field is missing, null, or no text; the last is a problem.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.fields.remove(name) {
            Some(Value::String(text)) => Some(text),
            None | Some(Value::Null) => None,
            Some(_) => {
                self.problem(name, "a text is expected");
                None
            }
        }
    }

    pub(super) fn required_text(&mut self, name: &str) -> Option<String> {
        if self.fields.get(name).is_none_or(Value::is_null) {
            self.problem(name, "it is missing");
        }
        self.text(name)
    }

    pub(super) fn problem(&mut self, field: &str, problem: impl Into<String>) {
        self.problems.add(field, problem);
    }

    /// What was read, if nothing is wrong.
    pub(super) fn finish<T>(mut self, read: Option<T>) -> Result<T, ApiError> {
        if read.is_none() && self.problems.is_empty() {
            self.problem("body", "it cannot be used");
        }
        self.problems.settle()?;
        read.ok_or(ApiError::Internal)
    }
}

fn unusable(problem: String) -> ApiError {
    ApiError::Invalid(vec![("body".to_owned(), problem)])
}
