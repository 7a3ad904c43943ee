//! Findings with the line that they are about.

use crate::check::{CheckedFile, Report, Summary};
use crate::model::{Diagnostic, Severity};
use anyhow::Result;
use ariadne::{Color, Config, IndexType, Label, ReportKind, Source};
use std::fmt::Write;
use std::io::IsTerminal;
use std::ops::Range;

pub(super) fn render(report: &Report) -> Result<String> {
    let color = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let mut told = Vec::new();
    for file in &report.files {
        for finding in &file.parsed.diagnostics {
            write_one(file, finding, color, &mut told)?;
        }
    }
    let mut text = String::from_utf8_lossy(&told).into_owned();
    let _ = write!(text, "{}", summary(&report.summary()));
    Ok(text)
}

fn write_one(file: &CheckedFile, finding: &Diagnostic, color: bool, told: &mut Vec<u8>) -> std::io::Result<()> {
    let text = &file.parsed.content;
    let span = (file.shown.as_str(), span(text, finding.line, finding.column));
    let (kind, tint) = match finding.severity {
        Severity::Error => (ReportKind::Error, Color::Red),
        Severity::Warning => (ReportKind::Warning, Color::Yellow),
        Severity::Notice => (ReportKind::Advice, Color::Blue),
    };
    let config = Config::default().with_color(color).with_index_type(IndexType::Byte);
    let mut one = ariadne::Report::build(kind, span.clone())
        .with_config(config)
        .with_code(&finding.code)
        .with_message(&finding.message)
        .with_label(Label::new(span).with_message("here").with_color(tint));
    if let Some(help) = &finding.help {
        one = one.with_help(help);
    }
    one.finish().write((file.shown.as_str(), Source::from(text)), &mut *told)?;
    told.push(b'\n');
    Ok(())
}

/// From the position to the end of its word; columns count characters. Nothing of an empty file.
fn span(text: &str, line: u32, column: u32) -> Range<usize> {
    let number = line.saturating_sub(1) as usize;
    let start_of_line: usize = text.split_inclusive('\n').take(number).map(str::len).sum();
    let rest = text.get(start_of_line..).unwrap_or_default();
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let before: usize = line.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum();
    let start = start_of_line + before;
    let word = line.get(before..).unwrap_or_default();
    let end = word.find(char::is_whitespace).filter(|end| *end > 0).unwrap_or(word.len());
    start..start + end
}

fn summary(summary: &Summary) -> String {
    let counted = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    format!(
        "{} checked: {}, {}, {}{}\n",
        counted(summary.files, "definition"),
        counted(summary.errors, "error"),
        counted(summary.warnings, "warning"),
        counted(summary.notices, "notice"),
        if summary.ignored > 0 {
            format!("; {} below .cursor left out", counted(summary.ignored, "file"))
        } else {
            String::new()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_the_word_at_the_position_whatever_the_text_is() {
        assert_eq!(span("ab\ncd ef\n", 2, 4), 6..8);
        assert_eq!(span("äö üx\r\n", 1, 4), 5..8);
        assert_eq!(span("", 1, 1), 0..0);
        assert_eq!(span("one", 9, 9), 3..3);
    }
}
