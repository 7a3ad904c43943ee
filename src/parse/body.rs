//! The lines of a body that are prose: code between fences is left out, since it shows examples and calls nothing.

use super::fence::Part;
use super::source::clamp;

/// A line of prose and its number in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub text: &'a str,
    pub number: u32,
}

/// The lines outside of code fences. A fence that is never closed reaches to the end, as in CommonMark.
pub fn prose(body: Part<'_>) -> impl Iterator<Item = Line<'_>> {
    let mut open: Option<CodeFence> = None;
    body.text.lines().enumerate().filter_map(move |(index, text)| {
        let fence = CodeFence::of(text);
        match (&open, fence) {
            (None, None) => Some(Line { text, number: body.first_line + clamp(index) }),
            (None, Some(fence)) => {
                open = Some(fence);
                None
            }
            (Some(opened), fence) => {
                if fence.is_some_and(|fence| fence.closes(opened)) {
                    open = None;
                }
                None
            }
        }
    })
}

/// A line of three or more backticks or tildes.
#[derive(Clone, Copy, Debug)]
struct CodeFence {
    mark: char,
    length: usize,
    /// Something follows the marks: such a fence opens and never closes.
    has_info: bool,
}

impl CodeFence {
    fn of(line: &str) -> Option<Self> {
        // Fences inside of lists and quotes are indented or marked; they fence all the same.
        let text = line.trim_start_matches([' ', '\t', '>']);
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = text.trim_start_matches(mark);
        let length = text.len() - info.len();
        let is_inline = mark == '`' && info.contains('`');
        (length >= 3 && !is_inline).then(|| Self { mark, length, has_info: !info.trim().is_empty() })
    }

    fn closes(&self, opened: &Self) -> bool {
        self.mark == opened.mark && self.length >= opened.length && !self.has_info
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<u32> {
        prose(Part { text, first_line: 1 }).map(|line| line.number).collect()
    }

    #[test]
    fn fenced_lines_are_left_out() {
        assert_eq!(numbers("a\n```md\nb\n```\nc"), [1, 5]);
        assert_eq!(numbers("a\n````\n```\nb\n````\nc"), [1, 6]);
        assert_eq!(numbers("- a\n  ~~~\n  b\n  ~~~\n- c"), [1, 5]);
        assert_eq!(numbers("```\nnever closed"), [] as [u32; 0]);
        assert_eq!(numbers("```inline``` code\nb"), [1, 2]);
    }
}
