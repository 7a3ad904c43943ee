//! The document of the API, OpenAPI 3.1, made of the routes themselves: each [`super::routes::Endpoint`] brings its
//! [`Operation`], and what it takes and answers are the types that the handlers use. <https://spec.openapis.org/oas/v3.1.1.html>

mod document;
mod operation;
mod page;
mod page_schema;
mod parameters;
mod refusals;
mod serve;
mod webhook;

pub(super) use operation::Operation;
pub(super) use page::escaped;
pub(super) use serve::{json, json_operation, page, page_operation};

pub use document::document;
