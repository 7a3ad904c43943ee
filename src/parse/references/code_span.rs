//! Code within a line: what stands between runs of as many backticks.

use crate::parse::marked::MarkedLine;
use crate::parse::marks::Mark;
use std::collections::HashMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeSpan<'a> {
    pub text: &'a str,
    /// Offset of `text` in its line.
    pub start: usize,
    /// Offset behind the closing backticks.
    pub after: usize,
    /// Offset of the opening backticks.
    pub before: usize,
}

impl<'a> CodeSpan<'a> {
    fn between(opening: Run, closing: Run, line: &'a str) -> Self {
        let start = opening.start + opening.length;
        let text = line.get(start..closing.start).unwrap_or_default();
        Self { text, start, after: closing.start + closing.length, before: opening.start }
    }
}

/// A run of backticks.
#[derive(Clone, Copy, Debug)]
struct Run {
    start: usize,
    length: usize,
}

/// Finds the spans of one line after the other, in the same memory.
#[derive(Debug, Default)]
pub struct CodeSpans<'a> {
    runs: Vec<Run>,
    spans: Vec<CodeSpan<'a>>,
}

impl<'a> CodeSpans<'a> {
    /// The spans of `line`, in their order.
    pub fn of(&mut self, line: MarkedLine<'a, '_>) -> &[CodeSpan<'a>] {
        self.spans.clear();
        if !line.has(Mark::BACKTICK) {
            return &self.spans;
        }
        self.find_runs(line);
        if self.runs.windows(2).all(|pair| pair[0].length == pair[1].length) {
            let pairs = self.runs.chunks_exact(2);
            self.spans.extend(pairs.map(|pair| CodeSpan::between(pair[0], pair[1], line.text)));
        } else {
            self.pair_by_length(line.text);
        }
        &self.spans
    }

    fn pair_by_length(&mut self, line: &'a str) {
        let last_of_length: HashMap<usize, usize> =
            self.runs.iter().enumerate().map(|(index, run)| (run.length, index)).collect();
        let mut opening = 0;
        while let Some(run) = self.runs.get(opening).copied() {
            // Asked first, so that a line of runs without partners is not searched again and again.
            let has_partner = last_of_length.get(&run.length).is_some_and(|last| *last > opening);
            let fits = |other: &Run| other.length == run.length;
            let partner = || self.runs.iter().skip(opening + 1).position(fits);
            let Some(between) = has_partner.then(partner).flatten() else {
                opening += 1;
                continue;
            };
            let closing = opening + 1 + between;
            self.spans.push(CodeSpan::between(run, self.runs[closing], line));
            opening = closing + 1;
        }
    }

    fn find_runs(&mut self, line: MarkedLine<'_, '_>) {
        self.runs.clear();
        for at in line.places(Mark::BACKTICK) {
            match self.runs.last_mut() {
                Some(run) if run.start + run.length == at => run.length += 1,
                _ => self.runs.push(Run { start: at, length: 1 }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::fence::Part;
    use crate::parse::marked::MarkedLines;

    #[test]
    fn spans_close_with_as_many_backticks() {
        let texts = |line| {
            let mut lines = MarkedLines::of(Part { text: line, first_line: 1 });
            let mut spans = CodeSpans::default();
            spans.of(lines.next().expect("a line")).iter().map(|span| span.text).collect::<Vec<_>>()
        };
        assert_eq!(texts("a `b` c ``d ` e`` `f"), ["b", "d ` e"]);
        assert_eq!(texts(" ``` `x`"), ["x"]);
        assert_eq!(texts("`a` `b` `c"), ["a", "b"]);
    }
}
