//! What came of many writes.

use super::{SAMPLE_ID, Sample};
use crate::api::error::ApiError;
use crate::store::edits::Done;
use actix_web::ResponseError;
use actix_web::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

/// How many went well, and each.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct Bulk {
    succeeded: usize,
    failed: usize,
    /// In the order in which they were sent.
    items: Vec<BulkItem>,
}

/// The outcome of one item.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct BulkItem {
    /// Counts from 0.
    index: usize,
    /// As a request of its own would have been answered.
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The version that is served now.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<i32>,
    /// Whether anything is different from before.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
    /// `code`, `message` and `details`, where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, additional_properties)]
    error: Option<Value>,
}

impl Bulk {
    pub(in crate::api) fn of(items: Vec<BulkItem>) -> Self {
        let failed = items.iter().filter(|item| item.error.is_some()).count();
        Self { succeeded: items.len() - failed, failed, items }
    }
}

impl BulkItem {
    pub(in crate::api) fn done(index: usize, status: StatusCode, done: &Done) -> Self {
        Self {
            index,
            status: status.as_u16(),
            id: Some(done.id.to_string()),
            name: Some(done.name.clone()),
            version: Some(done.version),
            changed: Some(done.changed),
            error: None,
        }
    }

    pub(in crate::api) fn refused(index: usize, error: &ApiError) -> Self {
        let status = error.status_code().as_u16();
        let error = Some(error.shown());
        Self { index, status, id: None, name: None, version: None, changed: None, error }
    }
}

impl Sample for Bulk {
    fn sample() -> Self {
        let done = BulkItem {
            index: 0,
            status: 200,
            id: Some(SAMPLE_ID.to_owned()),
            name: Some("house-style".to_owned()),
            version: Some(2),
            changed: Some(true),
            error: None,
        };
        let error = json!({"code": "not-found", "message": "There is no such definition.", "details": []});
        let refused =
            BulkItem { index: 1, status: 404, id: None, name: None, version: None, changed: None, error: Some(error) };
        Self::of(vec![done, refused])
    }
}
