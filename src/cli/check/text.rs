//! Findings with the line that they are about.

use crate::check::{Report, Summary, Told};
use crate::model::name::is_invisible;
use crate::model::{Diagnostic, Severity};
use anyhow::Result;
use ariadne::{Color, Config, IndexType, Label, ReportKind, Source};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};
use std::ops::Range;

/// Up to which lines are shown: the number of one, its columns, and how many more columns behind the finding.
const MAX_LINE: u32 = 20_000;
const MAX_COLUMN: u32 = 500;
const MAX_BEHIND: usize = 100;

pub(super) fn render(report: &Report) -> Result<String> {
    let color = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut text = Text { color, told: Vec::new() };
    for Told { shown, text: content, diagnostics } in report.told() {
        // Columns do not count a byte order mark.
        let lines: Vec<&str> = content.trim_start_matches('\u{feff}').lines().collect();
        let path = harmless(shown);
        for finding in diagnostics {
            let line = lines.get(finding.line.saturating_sub(1) as usize).copied().unwrap_or_default();
            match excerpt(line, finding.column) {
                Some(excerpt) if finding.line <= MAX_LINE => text.add(&path, finding, excerpt)?,
                _ => text.add_plainly(&path, finding)?,
            }
        }
    }
    let summary = summary(report);
    Ok(String::from_utf8_lossy(&text.told).into_owned() + &summary)
}

/// A line as it can be shown, and what of it is meant.
struct Excerpt {
    line: String,
    span: Range<usize>,
}

struct Text {
    color: bool,
    told: Vec<u8>,
}

impl Text {
    fn add(&mut self, path: &str, finding: &Diagnostic, Excerpt { line, span }: Excerpt) -> io::Result<()> {
        let (kind, tint) = kind_of(finding.severity);
        // Lines are counted where they are shown.
        let above = "\n".repeat(finding.line.saturating_sub(1) as usize);
        let span = above.len() + span.start..above.len() + span.end;
        let config = Config::default().with_color(self.color).with_index_type(IndexType::Byte);
        let mut one = ariadne::Report::build(kind, (path, span.clone()))
            .with_config(config)
            .with_code(&finding.code)
            .with_message(harmless(&finding.message))
            .with_label(Label::new((path, span)).with_message("here").with_color(tint));
        if let Some(help) = &finding.help {
            one = one.with_help(help);
        }
        one.finish().write((path, Source::from(above + &line)), &mut self.told)?;
        writeln!(self.told)
    }

    fn add_plainly(&mut self, path: &str, finding: &Diagnostic) -> io::Result<()> {
        let Diagnostic { code, line, column, .. } = finding;
        let message = harmless(&finding.message);
        writeln!(self.told, "[{code}] {}: {message}\n   ─ {path}:{line}:{column}", kind_of(finding.severity).0)?;
        if let Some(help) = &finding.help {
            writeln!(self.told, "   Help: {help}")?;
        }
        writeln!(self.told)
    }
}

fn kind_of(severity: Severity) -> (ReportKind<'static>, Color) {
    match severity {
        Severity::Error => (ReportKind::Error, Color::Red),
        Severity::Warning => (ReportKind::Warning, Color::Yellow),
        Severity::Notice => (ReportKind::Advice, Color::Blue),
    }
}

/// The word at a column, which counts characters, and the line around it; none if that is far out in a line without end.
fn excerpt(line: &str, column: u32) -> Option<Excerpt> {
    if column > MAX_COLUMN {
        return None;
    }
    let ahead: String = line.chars().take(column.saturating_sub(1) as usize).map(visible).collect();
    let mut rest = line.chars().skip(ahead.chars().count());
    let mut behind: String = rest.by_ref().take(MAX_BEHIND).map(visible).collect();
    let end = behind.find(char::is_whitespace).filter(|end| *end > 0).unwrap_or(behind.len());
    let span = ahead.len()..ahead.len() + end;
    if rest.next().is_some() {
        behind.push('…');
    }
    Some(Excerpt { line: ahead + &behind, span })
}

/// A terminal does what control characters say, and shows what stands behind others in another order.
pub(super) fn harmless(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn visible(c: char) -> char {
    let ends_a_line = matches!(c, '\u{2028}' | '\u{2029}');
    // Emoji and several scripts are written with joiners.
    let is_fine = matches!(c, '\t' | '\u{200c}' | '\u{200d}');
    if is_fine || !(ends_a_line || c.is_control() || is_invisible(c)) { c } else { char::REPLACEMENT_CHARACTER }
}

fn summary(report: &Report) -> String {
    let counted = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let Summary { files, errors, warnings, notices, ignored } = report.summary();
    let (errors, warnings) = (counted(errors, "error"), counted(warnings, "warning"));
    let notices = counted(notices, "notice");
    let mut text = format!("{} checked: {errors}, {warnings}, {notices}\n", counted(files, "definition"));
    if ignored > 0 {
        let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
        for one in &report.oddities {
            *reasons.entry(one.because.as_str()).or_default() += 1;
        }
        let reasons: Vec<String> = reasons.iter().map(|(reason, number)| format!("{reason} {number}")).collect();
        let (files, reasons) = (counted(ignored, "file"), reasons.join(", "));
        let _ = writeln!(text, "{files} left out: {reasons} (--format json names them)");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_the_word_at_the_column_whatever_the_line_is() {
        let shown = |line, column| excerpt(line, column).map(|shown| (shown.line, shown.span));
        assert_eq!(shown("cd ef", 4), Some(("cd ef".to_owned(), 3..5)));
        assert_eq!(shown("äö üx", 4), Some(("äö üx".to_owned(), 5..8)));
        assert_eq!(shown("", 1), Some((String::new(), 0..0)));
        assert_eq!(shown("one", 9), Some(("one".to_owned(), 3..3)));
        assert_eq!(shown("a\u{1b}[31m\u{202e}b\tc", 2), Some(("a�[31m�b\tc".to_owned(), 1..12)));
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let line = "é".repeat(1_000_000);
        assert!(excerpt(&line, 400).is_some_and(|shown| shown.line.chars().count() == 500));
        assert!(excerpt(&line, 100_000).is_none());
    }
}
