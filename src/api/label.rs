//! Names that people give.

use super::body::Body;

const LONGEST: usize = 200;
/// More than any body needs that is no text of a definition.
pub(super) const LARGEST_BODY: usize = 16 * 1024;

/// The field, without white space around it; what is wrong with it is noted.
pub(super) fn read(body: &mut Body, field: &str) -> Option<String> {
    let text = body.required_text(field)?.trim().to_owned();
    if text.is_empty() || text.chars().count() > LONGEST {
        body.problem(field, format!("1 to {LONGEST} characters are expected"));
    } else if text.chars().any(char::is_control) {
        body.problem(field, "a name of one line, without control characters, is expected");
    }
    Some(text)
}
