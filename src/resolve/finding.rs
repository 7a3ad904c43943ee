//! What is to be said of a definition that only the others can tell: a name that is taken, a target that is not there.

use crate::model::{Diagnostic, Kind, Reference};
use crate::parse::Code;

/// The name is that of the definition at `winner`.
pub fn name_conflict(kind: Kind, name: &str, winner: &str) -> Diagnostic {
    let message = format!("The name {name} belongs to the {kind} {winner}.");
    finding(Code::NameConflict, 1, message, "Give one of the two another name.")
}

/// Nothing in the workspace is what `reference` names.
pub fn missing(reference: &Reference) -> Diagnostic {
    let kind = reference.target_kind.map_or_else(|| "definition".to_owned(), |kind| kind.to_string());
    let message = format!("There is no {kind} {}.", reference.target);
    finding(Code::ReferenceMissing, reference.line, message, "Correct the name, or add what it names.")
}

fn finding(code: Code, line: u32, message: String, help: &str) -> Diagnostic {
    Diagnostic {
        code: code.as_str().to_owned(),
        severity: code.severity(),
        message,
        help: Some(help.to_owned()),
        line,
        column: 1,
    }
}
