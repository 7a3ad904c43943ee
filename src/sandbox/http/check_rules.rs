//! What GitHub asks of a check run: what must be there, and how much may be.

use super::Refusal;
use serde_json::{Map, Value};

const MOST_ANNOTATIONS: usize = 50;
const LONGEST_TEXT: usize = 65_535;
const CONCLUSIONS: [&str; 7] =
    ["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"];

pub fn required(fields: &Map<String, Value>, name: &str) -> Result<String, Refusal> {
    let value = fields.get(name).and_then(Value::as_str).filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or_else(|| Refusal::invalid("CheckRun", name, "missing_field"))
}

pub fn validate(fields: &Map<String, Value>) -> Result<(), Refusal> {
    let invalid = |field| Err(Refusal::invalid("CheckRun", field, "invalid"));
    let conclusion = fields.get("conclusion").and_then(Value::as_str);
    if conclusion.is_some_and(|conclusion| !CONCLUSIONS.contains(&conclusion)) {
        return invalid("conclusion");
    }
    let status = fields.get("status").and_then(Value::as_str);
    if status == Some("completed") && conclusion.is_none() {
        return invalid("conclusion");
    }
    let Some(output) = fields.get("output") else { return Ok(()) };
    for field in ["title", "summary"] {
        if output.get(field).and_then(Value::as_str).is_none() {
            return Err(Refusal::invalid("CheckRun", field, "missing_field"));
        }
    }
    let too_long = |field| output.get(field).and_then(Value::as_str).is_some_and(|text| text.len() > LONGEST_TEXT);
    if too_long("summary") || too_long("text") {
        return invalid("output");
    }
    let annotations = output.get("annotations").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if annotations.len() > MOST_ANNOTATIONS || !annotations.iter().all(is_annotation) {
        return invalid("annotations");
    }
    Ok(())
}

fn is_annotation(annotation: &Value) -> bool {
    let has_text = |field| annotation.get(field).is_some_and(Value::is_string);
    let has_number = |field| annotation.get(field).is_some_and(Value::is_u64);
    let level = annotation.get("annotation_level").and_then(Value::as_str);
    let one_line = annotation.get("start_line") == annotation.get("end_line");
    let columns = annotation.get("start_column").is_some() || annotation.get("end_column").is_some();
    has_text("path")
        && has_text("message")
        && has_number("start_line")
        && has_number("end_line")
        && matches!(level, Some("notice" | "warning" | "failure"))
        && (one_line || !columns)
}
