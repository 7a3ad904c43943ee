//! What stands under `errors` in an answer.

use graphql_parser::Pos;
use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub struct Problem {
    message: String,
    kind: Option<&'static str>,
    position: Option<Pos>,
    path: Vec<Value>,
    extensions: Value,
}

impl Problem {
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), kind: None, position: None, path: Vec::new(), extensions: Value::Null }
    }

    /// GitHub's `type` of an error met while a query ran.
    pub fn of_kind(mut self, kind: &'static str) -> Self {
        self.kind = Some(kind);
        self
    }

    pub fn at(mut self, position: Pos) -> Self {
        self.position = Some(position);
        self
    }

    /// The response keys that lead to the field.
    pub fn on_path(mut self, path: &[Value]) -> Self {
        self.path = path.to_vec();
        self
    }

    pub fn undefined_field(of: &str, field: &str) -> Self {
        let extensions = json!({"code": "undefinedField", "typeName": of, "fieldName": field});
        Self { extensions, ..Self::new(format!("Field '{field}' doesn't exist on type '{of}'")) }
    }

    pub fn to_json(&self) -> Value {
        let mut json = json!({"message": self.message});
        if let Some(kind) = self.kind {
            json["type"] = kind.into();
        }
        if !self.path.is_empty() {
            json["path"] = self.path.clone().into();
        }
        if let Some(Pos { line, column }) = self.position {
            json["locations"] = json!([{"line": line, "column": column}]);
        }
        if !self.extensions.is_null() {
            json["extensions"] = self.extensions.clone();
        }
        json
    }
}
