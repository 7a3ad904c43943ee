//! References: every place of a file that names another definition.

use super::fence::Part;
use super::findings::Findings;
use super::frontmatter::Frontmatter;
use crate::model::Reference;

/// The references of one file, in the order of the text.
pub fn find(_frontmatter: &Frontmatter, _body: Part<'_>, _findings: &mut Findings) -> Vec<Reference> {
    Vec::new()
}
