//! A small executor of GraphQL queries over the part of GitHub's schema in `schema.graphql`.
//!
//! In goes the text of a query with its variables and the token it came with, out comes what GitHub would answer: `data`,
//! and `errors` with GitHub's types and texts. A query is checked against the schema as a whole before any of it runs.

mod arguments;
mod blob;
mod execute;
mod node;
mod object;
mod problem;
mod schema;
mod selection;
mod validate;

pub use execute::execute;

use serde::Deserialize;
use serde_json::{Map, Value};

/// The body of `POST /graphql`.
#[derive(Debug, Deserialize)]
pub struct Request {
    pub query: String,
    #[serde(default)]
    pub variables: Option<Map<String, Value>>,
    #[serde(default, rename = "operationName")]
    pub operation_name: Option<String>,
}
