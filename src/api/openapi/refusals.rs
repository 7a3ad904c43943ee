//! Errors in the document: one response for each set of codes that share a status.

use crate::api::code::Code;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// For one route: references to [`responses`].
pub(super) fn by_status(codes: &BTreeSet<Code>) -> BTreeMap<String, Value> {
    let reference = |codes: &Vec<Code>| json!({"$ref": format!("#/components/responses/{}", name(codes))});
    grouped(codes).iter().map(|(status, codes)| (status.to_string(), reference(codes))).collect()
}

/// What [`by_status`] refers to.
pub(super) fn responses(codes: &BTreeSet<Code>) -> BTreeMap<String, Value> {
    grouped(codes).values().map(|codes| (name(codes), response(codes))).collect()
}

/// Every code, for readers.
pub(super) fn codes() -> Vec<Value> {
    let one = |code: Code| json!({"code": code.as_str(), "status": code.status().as_u16(), "meaning": code.meaning()});
    Code::ALL.into_iter().map(one).collect()
}

fn grouped(codes: &BTreeSet<Code>) -> BTreeMap<u16, Vec<Code>> {
    let mut grouped: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        grouped.entry(code.status().as_u16()).or_default().push(*code);
    }
    grouped
}

fn name(codes: &[Code]) -> String {
    codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join("-or-")
}

fn response(codes: &[Code]) -> Value {
    let names: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    let meanings: Vec<String> = codes.iter().map(|code| format!("`{}`: {}", code.as_str(), code.meaning())).collect();
    let examples: BTreeMap<&str, Value> =
        codes.iter().map(|code| (code.as_str(), json!({"value": code.example()}))).collect();
    json!({
        "description": meanings.join(" "),
        "content": {"application/json": {"schema": schema(&names), "examples": examples}},
    })
}

/// The one shape of errors, with these codes.
pub(super) fn schema(codes: &[&str]) -> Value {
    json!({
        "type": "object",
        "required": ["error"],
        "properties": {"error": {
            "type": "object",
            "required": ["code", "message", "details"],
            "properties": {
                "code": {"type": "string", "enum": codes, "description": "Stable: decide by this."},
                "message": {"type": "string", "description": "For people."},
                "details": {"description": "For programs: what it holds depends on the code."},
            },
        }},
    })
}
