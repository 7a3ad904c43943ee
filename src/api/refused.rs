//! Why a write was refused, as errors tell it.

use super::code::Code;
use crate::store::edits::Refusal;
use serde_json::{Value, json};

pub(super) fn code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::NoWorkspace | Refusal::NoDefinition | Refusal::NoVersion => Code::NotFound,
        Refusal::Stale => Code::Stale,
        Refusal::Taken { .. } => Code::Taken,
        Refusal::OtherName { .. } => Code::InvalidRequest,
        Refusal::Broken(_) => Code::Broken,
        Refusal::NoConflict => Code::NoConflict,
        Refusal::MovedOn { .. } => Code::MovedOn,
    }
}

pub(super) fn message(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Taken { field, value, .. } => format!("Another local definition has the {field} {value:?}."),
        Refusal::OtherName { given, read } => format!("The text names itself {read:?}, not {given:?}."),
        Refusal::Broken(found) => {
            let first = found.iter().find(|one| one.severity == crate::model::Severity::Error);
            first.map_or_else(|| Code::Broken.meaning().to_owned(), |error| error.message.clone())
        }
        other => code(other).meaning().to_owned(),
    }
}

pub(super) fn details(refusal: &Refusal) -> Value {
    match refusal {
        Refusal::Taken { field, by, .. } => json!([{"field": field, "problem": format!("it belongs to {by}")}]),
        Refusal::OtherName { .. } => json!([{"field": "name", "problem": "another name than in the text"}]),
        Refusal::Broken(found) => json!(found),
        Refusal::MovedOn { blob } => json!([{"field": "blob", "problem": "git has another one by now", "blob": blob}]),
        _ => json!([]),
    }
}
