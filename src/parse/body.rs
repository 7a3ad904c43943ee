//! The lines of a body that are prose: code between fences is left out, since it shows examples and calls nothing.

use super::fence::Part;

/// The lines outside of code fences.
pub fn prose(body: Part<'_>) -> impl Iterator<Item = &str> {
    let mut fences = Fences::default();
    body.text.lines().filter(move |line| fences.is_prose(line))
}

/// Tells code from prose, line by line. A fence that is never closed reaches to the end, as in CommonMark.
#[derive(Debug, Default)]
pub struct Fences {
    open: Option<CodeFence>,
}

impl Fences {
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Asked of the lines in their order; those that can be no fence may be left out, by [`Fences::is_open`].
    pub fn is_prose(&mut self, line: &str) -> bool {
        match (&self.open, CodeFence::of(line)) {
            (None, None) => return true,
            (None, fence) => self.open = fence,
            (Some(opened), Some(fence)) if fence.closes(opened) => self.open = None,
            (Some(_), _) => {}
        }
        false
    }
}

/// A line of three or more backticks or tildes.
#[derive(Clone, Copy, Debug)]
struct CodeFence {
    mark: u8,
    length: usize,
    /// Something follows the marks: such a fence opens and never closes.
    has_info: bool,
}

impl CodeFence {
    fn of(line: &str) -> Option<Self> {
        // Fences inside of lists and quotes are indented or marked; they fence all the same.
        let start = line.bytes().position(|byte| !matches!(byte, b' ' | b'\t' | b'>'))?;
        let text = line.get(start..)?;
        let mark = text.bytes().next().filter(|byte| matches!(byte, b'`' | b'~'))?;
        let info = text.trim_start_matches(char::from(mark));
        let length = text.len() - info.len();
        let is_inline = mark == b'`' && info.contains('`');
        (length >= 3 && !is_inline).then(|| Self { mark, length, has_info: !info.trim().is_empty() })
    }

    fn closes(&self, opened: &Self) -> bool {
        self.mark == opened.mark && self.length >= opened.length && !self.has_info
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prose_of(text: &str) -> Vec<&str> {
        prose(Part { text, first_line: 1 }).collect()
    }

    #[test]
    fn fenced_lines_are_left_out() {
        assert_eq!(prose_of("a\n```md\nb\n```\nc"), ["a", "c"]);
        assert_eq!(prose_of("a\n````\n```\nb\n````\nc"), ["a", "c"]);
        assert_eq!(prose_of("a\n```\n~~~\n```\nc"), ["a", "c"]);
        assert_eq!(prose_of("a\n```\n``` md\nb\n```\nc"), ["a", "c"]);
        assert_eq!(prose_of("- a\n  ~~~\n  b\n  ~~~\n- c"), ["- a", "- c"]);
        assert_eq!(prose_of("> a\n> ```\n> b\n> ```\n\t> c"), ["> a", "\t> c"]);
        assert_eq!(prose_of("a\n\t```\nb\n``` \nc"), ["a", "c"]);
        assert_eq!(prose_of("a\n~~~ b`c\nd\n~~~\ne"), ["a", "e"]);
        assert_eq!(prose_of("```\nnever closed"), [] as [&str; 0]);
        assert_eq!(prose_of("```inline``` code\n``two\nb"), ["```inline``` code", "``two", "b"]);
    }
}
