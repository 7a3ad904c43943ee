//! What stands under `errors` in an answer.

use graphql_parser::Pos;
use serde_json::{Value, json};

/// In GitHub's shape, built up as more is known of it.
#[derive(Clone, Debug)]
pub struct Problem(Value);

impl Problem {
    pub fn new(message: impl Into<String>) -> Self {
        Self(json!({"message": message.into()}))
    }

    pub fn undefined_field(of: &str, field: &str) -> Self {
        let extensions = json!({"code": "undefinedField", "typeName": of, "fieldName": field});
        Self::new(format!("Field '{field}' doesn't exist on type '{of}'")).with("extensions", extensions)
    }

    /// GitHub's `type` of an error met while a query ran.
    pub fn of_kind(self, kind: &str) -> Self {
        self.with("type", kind.into())
    }

    pub fn at(self, Pos { line, column }: Pos) -> Self {
        self.with("locations", json!([{"line": line, "column": column}]))
    }

    /// The response keys that lead to the field.
    pub fn on_path(self, path: &[Value]) -> Self {
        self.with("path", path.into())
    }

    pub fn into_json(self) -> Value {
        self.0
    }

    fn with(mut self, name: &str, value: Value) -> Self {
        self.0[name] = value;
        self
    }
}
