//! The lines of prose that may hold a reference, with the marks in them. Three of four lines have none.

use super::body::Fences;
use super::fence::Part;
use super::marks::{Mark, Marks};
use memchr::memmem::{FindIter, Finder};
use std::iter::Peekable;
use std::sync::LazyLock;

pub const SUBAGENT: &str = "subagent_type";
static SUBAGENTS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(SUBAGENT));

/// Those lines of prose that have marks, without a look at any other.
#[derive(Debug)]
pub struct MarkedLines<'a> {
    text: &'a str,
    marks: Marks<'a>,
    subagents: Peekable<FindIter<'a, 'static>>,
    fences: Fences,
    /// The first line that was not looked at yet: its offset, and its number.
    start: usize,
    number: u32,
    /// The marks of the line that is looked at.
    found: Vec<(usize, Mark)>,
}

/// A line, and its marks by their offsets in it.
#[derive(Clone, Copy, Debug)]
pub struct MarkedLine<'a, 'm> {
    pub text: &'a str,
    pub number: u32,
    marks: &'m [(usize, Mark)],
    which: Mark,
}

impl MarkedLine<'_, '_> {
    pub fn has(&self, mark: Mark) -> bool {
        self.which.has(mark)
    }

    pub fn places(&self, mark: Mark) -> impl Iterator<Item = usize> {
        self.marks.iter().filter(move |(_, other)| *other == mark).map(|(at, _)| *at)
    }
}

impl<'a> MarkedLines<'a> {
    pub fn of(body: Part<'a>) -> Self {
        Self {
            text: body.text,
            marks: Marks::of(body.text),
            subagents: SUBAGENTS.find_iter(body.text.as_bytes()).peekable(),
            fences: Fences::default(),
            start: 0,
            number: body.first_line,
            found: Vec::new(),
        }
    }

    /// The next line. (No `Iterator`: its marks lie in the memory of the line before.)
    pub fn next(&mut self) -> Option<MarkedLine<'a, '_>> {
        loop {
            let (text, number, which) = self.read_line()?;
            // Only a line that has such a mark can open or close a fence.
            let may_fence = which.has(Mark::BACKTICK.and(Mark::TILDE));
            let is_prose = if may_fence { self.fences.is_prose(text) } else { !self.fences.is_open() };
            if is_prose {
                return Some(MarkedLine { text, number, marks: &self.found, which });
            }
        }
    }

    /// Its text, its number, and which marks it has; these are `found` then.
    fn read_line(&mut self) -> Option<(&'a str, u32, Mark)> {
        let (mut which, end) = self.find_marks();
        let behind = end.map_or(self.text.len(), |end| end + 1);
        let (start, number) = (self.start, self.number);
        (self.start, self.number) = (behind, number + 1);
        while let Some(at) = self.subagents.next_if(|at| *at < behind) {
            self.found.push((at - start, Mark::SUBAGENT));
            which = which.and(Mark::SUBAGENT);
        }
        let text = self.text.get(start..end.unwrap_or(behind)).filter(|_| which != Mark::default())?;
        let text = text.strip_suffix('\r').filter(|_| end.is_some()).unwrap_or(text);
        Some((text, number, which))
    }

    /// Goes on to the next line that has any; which ones it has, and where it ends, if not with the text.
    fn find_marks(&mut self) -> (Mark, Option<usize>) {
        self.found.clear();
        let subagent = self.subagents.peek().copied().unwrap_or(usize::MAX);
        let mut which = Mark::default();
        for (at, mark) in &mut self.marks {
            if mark != Mark::LINE_END {
                self.found.push((at - self.start, mark));
                which = which.and(mark);
            } else if which == Mark::default() && at < subagent {
                (self.start, self.number) = (at + 1, self.number + 1);
            } else {
                return (which, Some(at));
            }
        }
        (which, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn marked_lines_are_lines_of_prose_with_all_that_is_in_them(
            text in "([ab`~/@\\]]|\r?\n|\r|é|```\n|~~~~\n|subagent_type){0,60}",
        ) {
            let body = Part { text: &text, first_line: 3 };
            let mut fences = Fences::default();
            let is_marked = |line: &str| line.contains(['`', '/', ']', '@', '~']) || line.contains(SUBAGENT);
            let prose = text.lines().zip(3..).filter(|(line, _)| fences.is_prose(line));
            let mut expected = prose.filter(|(line, _)| is_marked(line));
            let mut lines = MarkedLines::of(body);
            while let Some(line) = lines.next() {
                prop_assert_eq!(Some((line.text, line.number)), expected.next());
                for (mark, written) in [
                    (Mark::BACKTICK, "`"),
                    (Mark::SLASH, "/"),
                    (Mark::BRACKET, "]"),
                    (Mark::AT, "@"),
                    (Mark::SUBAGENT, SUBAGENT),
                ] {
                    let places: Vec<usize> = line.text.match_indices(written).map(|(at, _)| at).collect();
                    prop_assert_eq!(line.has(mark), !places.is_empty());
                    prop_assert_eq!(line.places(mark).collect::<Vec<_>>(), places);
                }
            }
            prop_assert_eq!(expected.count(), 0);
        }
    }
}
