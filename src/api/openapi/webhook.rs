//! What GitHub sends: the one path that another stage serves.

use crate::receive::{PATH, refusals};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) const OPERATION_PATH: &str = PATH;

pub(super) fn describe() -> Value {
    let mut answers: BTreeMap<String, Value> = BTreeMap::from([("202".to_owned(), taken())]);
    let mut by_status: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for (code, status) in refusals() {
        by_status.entry(status.as_u16()).or_default().push(code);
    }
    // The wrong method is no answer of this operation.
    by_status.remove(&405);
    answers.extend(by_status.into_iter().map(|(status, codes)| (status.to_string(), refused(&codes))));
    json!({
        "operationId": "takeWebhook",
        "summary": "A delivery, as GitHub sends it.",
        "description": "Signed with the App's secret over the bytes of the body. 202 means that it is written down.",
        "tags": ["Service"],
        "parameters": [
            header("X-GitHub-Delivery", "Told apart by this.", "72d3162e-cc78-11e3-81ab-4c9367dc0958"),
            header("X-GitHub-Event", "What the payload is.", "ping"),
            header("X-Hub-Signature-256", "`sha256=` and the HMAC-SHA256 of the body.", SIGNATURE),
        ],
        "requestBody": {"required": true, "content": {"application/json": {
            "schema": {"type": "object"},
            "example": {"zen": "Design for failure."},
        }}},
        "responses": answers,
        "security": [],
        "x-codeSamples": [{"lang": "Shell", "label": "curl", "source": COMMAND}],
    })
}

/// Of the length that it has; whose it is depends on the secret.
const SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

const COMMAND: &str = r#"BODY='{"zen":"Design for failure."}'
curl -s -X POST -H "Content-Type: application/json" -H "X-GitHub-Event: ping" -H "X-GitHub-Delivery: example" -H "X-Hub-Signature-256: sha256=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.* //')" -d "$BODY" "$URL/webhooks/github""#;

fn header(name: &str, about: &str, example: &str) -> Value {
    let schema = json!({"type": "string"});
    json!({"name": name, "in": "header", "description": about, "schema": schema, "example": example})
}

fn taken() -> Value {
    let text = json!({"type": "string"});
    let data = json!({
        "type": "object",
        "required": ["delivery", "event", "outcome"],
        "properties": {"delivery": text, "event": text, "outcome": text},
    });
    let example =
        json!({"data": {"delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "event": "push", "outcome": "owed"}});
    let schema = json!({"type": "object", "required": ["data"], "properties": {"data": data}});
    json!({"description": "Written down.", "content": {"application/json": {"schema": schema, "example": example}}})
}

fn refused(codes: &[&str]) -> Value {
    let example = json!({"error": {"code": codes[0], "message": "…", "details": []}});
    let schema = super::refusals::schema(codes);
    json!({
        "description": format!("Not taken: {}.", codes.join(", ")),
        "content": {"application/json": {"schema": schema, "example": example}},
    })
}
