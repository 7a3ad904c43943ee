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
mod name;
mod path;

use super::fence::Part;
use super::findings::Findings;
use super::frontmatter::Frontmatter;
use super::marked::{MarkedLine, MarkedLines};
use super::marks::Mark;
use crate::model::{Location, Reference};
use code_span::CodeSpans;
use collector::Collector;

/// The references of the file at `location`, whose name is `own_name`, in the order of the text.
pub fn find(
    location: &Location,
    own_name: &str,
    (frontmatter, body): (&Frontmatter<'_>, Part<'_>),
    findings: &mut Findings,
) -> Vec<Reference> {
    let mut collector = Collector::new(location, own_name);
    explicit::find(frontmatter, &mut collector);
    let mut code_spans = CodeSpans::default();
    let mut lines = MarkedLines::of(body);
    while let Some(line) = lines.next() {
        find_in_line(line, &mut code_spans, &mut collector);
    }
    collector.finish(findings)
}

fn find_in_line<'t>(line: MarkedLine<'t, '_>, code_spans: &mut CodeSpans<'t>, collector: &mut Collector<'t>) {
    let spans = code_spans.of(line);
    if line.has(Mark::BRACKET) {
        link::find(line, spans, collector);
    }
    if line.has(Mark::SLASH) {
        path::find(line, collector);
    }
    if line.has(Mark::AT) {
        path::find_files(line, collector);
    }
    if line.has(Mark::SUBAGENT) {
        call::find_subagents(line, collector);
    }
    if line.has(Mark::SLASH) {
        call::find(line, collector);
    }
    mention::find(line, spans, collector);
    if line.has(Mark::AT) {
        mention::find_rules(line, collector);
    }
}
