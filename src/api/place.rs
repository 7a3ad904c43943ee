//! Where a new definition is to stand, as requests say it.

use crate::model::name::{MAX_NAME_BYTES, is_kebab_case};
use crate::model::{Kind, Location};
use crate::store::edits::At;

/// By its name, or by the path that it would have in a repository. Else: which field is wrong, and what is expected there.
pub(super) fn read(kind: Kind, name: Option<String>, path: Option<String>) -> Result<At, (&'static str, String)> {
    match (name, path) {
        (Some(name), None) if is_kebab_case(&name) && name.len() <= MAX_NAME_BYTES => Ok(At::Name(name)),
        (Some(_), None) => {
            Err(("name", format!("up to {MAX_NAME_BYTES} lower case letters, digits and hyphens are expected")))
        }
        (None, Some(path)) => {
            let is_plain = path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !path.contains('\0');
            let location = Location::of(&path).filter(|location| is_plain && location.kind == kind);
            let usual = || Location::named(kind, "some-name").path;
            let expected = || ("path", format!("the path of a file for a {kind} is expected, as {}", usual()));
            location.map(At::Path).ok_or_else(expected)
        }
        _ => Err(("name", "either a name or a path is expected".to_owned())),
    }
}
