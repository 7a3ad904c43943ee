//! A check run as the App wrote it.

use serde_json::{Map, Value};

#[derive(Clone, Debug)]
pub struct CheckRun {
    pub id: i64,
    pub repository: i64,
    pub head_sha: String,
    /// What was sent, later fields over earlier ones; annotations stand apart.
    pub fields: Map<String, Value>,
    pub annotations: Vec<Value>,
}

impl CheckRun {
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }

    /// Of `output`: title, summary or text.
    pub fn output(&self, field: &str) -> Option<&str> {
        self.fields.get("output").and_then(|output| output.get(field)).and_then(Value::as_str)
    }
}
