//! Code within a line: what stands between runs of as many backticks.

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

/// The spans of one line, in their order.
pub fn find(line: &str) -> Vec<CodeSpan<'_>> {
    let runs = backtick_runs(line);
    let mut last_of_length: HashMap<usize, usize> = HashMap::new();
    for (index, (_, length)) in runs.iter().enumerate() {
        last_of_length.insert(*length, index);
    }
    let mut spans = Vec::new();
    let mut index = 0;
    while let Some((before, length)) = runs.get(index).copied() {
        // Asked first, so that a line of runs without partners is not searched again and again.
        let has_partner = last_of_length.get(&length).is_some_and(|last| *last > index);
        let partner = if has_partner { (index + 1..runs.len()).find(|at| runs[*at].1 == length) } else { None };
        let Some(closing) = partner else {
            index += 1;
            continue;
        };
        let start = before + length;
        let end = runs[closing].0;
        spans.push(CodeSpan { text: line.get(start..end).unwrap_or_default(), start, after: end + length, before });
        index = closing + 1;
    }
    spans
}

/// Offset and length of each run of backticks.
fn backtick_runs(line: &str) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in line.match_indices('`') {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_close_with_as_many_backticks() {
        let texts = |line| find(line).into_iter().map(|span| span.text).collect::<Vec<_>>();
        assert_eq!(texts("a `b` c ``d ` e`` `f"), ["b", "d ` e"]);
        assert_eq!(texts("``` `x`"), ["x"]);
    }
}
