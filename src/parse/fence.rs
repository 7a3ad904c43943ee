//! Finds the frontmatter: the first pair of `---` lines, if the first of them opens the file.
//!
//! Only that pair counts. One file in six has `---` rulers in its body, and some quote whole frontmatters.

use super::code::Code;
use super::findings::{Findings, Position};
use super::lines;
use super::source;

const FENCE: &str = "---";

/// A run of lines of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    pub text: &'a str,
    /// The number of its first line in the file, from 1.
    pub first_line: u32,
}

impl Part<'_> {
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// A file taken apart. `block` is what stands between the fences; without fences all is `body`.
#[derive(Debug, PartialEq, Eq)]
pub struct Split<'a> {
    pub block: Option<Part<'a>>,
    pub body: Part<'a>,
}

pub fn split<'a>(text: &'a str, findings: &mut Findings) -> Split<'a> {
    let text = source::after_bom(text);
    let whole = Part { text, first_line: 1 };
    let Some(opened) = behind_opening(whole) else {
        return Split { block: None, body: whole };
    };
    let Some((block, body)) = at_closing(opened) else {
        if looks_like_keys(opened.text) {
            let at = Position::line(opened.first_line - 1);
            let help = "Put a line `---` behind the last key.";
            findings.add(Code::FrontmatterUnclosed, at, "The frontmatter that opens here is never closed.", help);
        }
        return Split { block: None, body: whole };
    };
    if opened.first_line > 2 {
        let at = Position::line(opened.first_line - 1);
        let help = "Make `---` the first line of the file: stricter readers look nowhere else.";
        findings.add(Code::BlankBeforeFrontmatter, at, "Blank lines stand before the frontmatter.", help);
    }
    report_second_block(body, findings);
    Split { block: Some(block), body }
}

/// What follows the opening fence. `None` if anything but blank lines comes before it.
fn behind_opening(whole: Part<'_>) -> Option<Part<'_>> {
    let mut rest = whole.text;
    let mut line = whole.first_line;
    while !rest.is_empty() {
        let (first, behind) = first_line(rest);
        if is_fence(first) {
            return Some(Part { text: behind, first_line: line + 1 });
        }
        if !first.trim().is_empty() {
            return None;
        }
        rest = behind;
        line += 1;
    }
    None
}

/// Cuts at the next fence: what stands before it, and what behind.
fn at_closing(opened: Part<'_>) -> Option<(Part<'_>, Part<'_>)> {
    let mut end = 0;
    for (number, line) in opened.text.split_inclusive('\n').enumerate() {
        let behind = end + line.len();
        if is_fence(line) {
            let block = Part { text: opened.text.get(..end)?, first_line: opened.first_line };
            let line = opened.first_line + source::clamp(number) + 1;
            return Some((block, Part { text: opened.text.get(behind..)?, first_line: line }));
        }
        end = behind;
    }
    None
}

/// Some tools put a frontmatter of their own before one that was there already.
fn report_second_block(body: Part<'_>, findings: &mut Findings) {
    let Some(second) = behind_opening(body).filter(|second| looks_like_keys(second.text)) else {
        return;
    };
    if at_closing(second).is_some() {
        let help = "Merge the two blocks into the first.";
        let message = "A second frontmatter follows the first; it is not read.";
        findings.add(Code::FrontmatterSecondBlock, Position::line(second.first_line - 1), message, help);
    }
}

fn looks_like_keys(text: &str) -> bool {
    let first = text.lines().map(str::trim_end).find(|line| !line.is_empty());
    first.and_then(lines::key_of).is_some_and(|(key, _)| !key.contains(' '))
}

fn is_fence(line: &str) -> bool {
    line.trim_end() == FENCE
}

fn first_line(text: &str) -> (&str, &str) {
    text.split_at(text.find('\n').map_or(text.len(), |end| end + 1))
}
