//! Annotations of GitHub Actions:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message>

use crate::check::Report;
use crate::model::Severity;
use std::fmt::Write;

pub(super) fn render(report: &Report) -> String {
    let mut text = String::new();
    for (shown, diagnostic) in report.findings() {
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Notice => "notice",
        };
        let help = diagnostic.help.as_deref().map(|help| format!(" {help}")).unwrap_or_default();
        let (path, title) = (property(shown), property(&diagnostic.code));
        let message = message(&format!("{}{help}", diagnostic.message));
        let (line, column) = (diagnostic.line, diagnostic.column);
        let _ = writeln!(text, "::{command} file={path},line={line},col={column},title={title}::{message}");
    }
    text
}

/// The log is shown by what understands the sequences of terminals.
fn message(text: &str) -> String {
    let is_of_terminals = |c: char| c.is_control() && !matches!(c, '\r' | '\n' | '\t');
    let text = text.replace(is_of_terminals, "\u{fffd}");
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_property_is_escaped() {
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
        assert_eq!(message("a,b:c"), "a,b:c");
        assert_eq!(property("\u{1b}[2J\u{9b}a\tb"), "\u{fffd}[2J\u{fffd}a\tb");
    }
}
