//! References: every place of a file that names another definition, with its kind and its line.
//!
//! Frontmatter and prose are read, code blocks are not. Whether a target exists is for `resolve` to say: mentions and
//! calls are only candidates (any word in backticks may be a name), explicit references and links are meant.

mod call;
mod code_span;
mod collector;
mod explicit;
mod link;
mod mention;
mod path;

use super::body;
use super::fence::Part;
use super::findings::Findings;
use super::frontmatter::Frontmatter;
use crate::model::{Location, Reference};
use code_span::CodeSpan;
use collector::Collector;

/// The references of the file at `location`, whose name is `own_name`, in the order of the text.
pub fn find(
    location: &Location,
    own_name: &str,
    (frontmatter, body): (&Frontmatter, Part<'_>),
    findings: &mut Findings,
) -> Vec<Reference> {
    let mut collector = Collector::new(location, own_name);
    explicit::find(frontmatter, &mut collector);
    for line in body::prose(body) {
        let spans = code_span::find(line.text);
        link::find(line, &spans, &mut collector);
        path::find(line, &mut collector);
        call::find(line, &mut collector);
        mention::find(line, &spans, &mut collector);
    }
    collector.finish(findings)
}

/// What a line says outside of code spans; offsets stay.
fn without_code(line: &str, spans: &[CodeSpan<'_>]) -> String {
    let mut bytes = line.as_bytes().to_vec();
    for span in spans {
        if let Some(code) = bytes.get_mut(span.start..span.start + span.text.len()) {
            code.fill(b' ');
        }
    }
    String::from_utf8(bytes).unwrap_or_default()
}
