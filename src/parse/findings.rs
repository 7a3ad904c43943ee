//! Collects what is to be said about a file: bounded, in the order of the file, with untrusted text made harmless.

use super::code::Code;
use crate::model::{Diagnostic, Severity};

/// No file needs more: who has a hundred findings mends the first of them.
const MAX_FINDINGS: usize = 100;
/// Characters of a foreign text that a message repeats.
const MAX_SHOWN: usize = 60;

/// Where something stands in a file; both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

impl Position {
    /// Of what concerns the file as a whole.
    pub const START: Self = Self { line: 1, column: 1 };

    pub fn line(line: u32) -> Self {
        Self { line, column: 1 }
    }
}

#[derive(Debug, Default)]
pub struct Findings {
    kept: Vec<Diagnostic>,
    dropped: usize,
}

impl Findings {
    pub fn add(&mut self, code: Code, at: Position, message: impl Into<String>, help: &str) {
        let finding = Diagnostic {
            code: code.as_str().to_owned(),
            severity: code.severity(),
            message: message.into(),
            help: Some(help.to_owned()),
            line: at.line,
            column: at.column,
        };
        if self.kept.len() < MAX_FINDINGS {
            self.kept.push(finding);
        } else if finding.severity == Severity::Error {
            // An error decides what becomes of the file, so it always has a place.
            self.dropped += 1;
            self.kept.pop();
            self.kept.push(finding);
        } else {
            self.dropped += 1;
        }
    }

    pub fn has_error(&self) -> bool {
        self.kept.iter().any(|finding| finding.severity == Severity::Error)
    }

    pub fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.kept.sort_by_key(|finding| (finding.line, finding.column));
        if self.dropped > 0 {
            let message = format!("{} more findings are not shown.", self.dropped);
            self.kept.push(Diagnostic {
                code: Code::MoreFindings.as_str().to_owned(),
                severity: Code::MoreFindings.severity(),
                message,
                help: Some("Mend the findings above first.".to_owned()),
                line: 1,
                column: 1,
            });
        }
        self.kept
    }
}

/// A piece of a file for a message: short, on one line, invisible characters written as escapes.
pub fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(MAX_SHOWN).flat_map(visible).collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        out.push('…');
    }
    format!("`{out}`")
}

fn visible(c: char) -> Vec<char> {
    if matches!(c, '"' | '\'' | '\\') { vec![c] } else { c.escape_debug().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_cut_and_escaped() {
        insta::assert_snapshot!(shown("a\u{202e}b\n\"c\""), @r#"`a\u{202e}b\n"c"`"#);
        assert_eq!(shown(r"it's \d"), r"`it's \d`");
        assert_eq!(shown(&"x".repeat(1000)).chars().count(), MAX_SHOWN + 3);
    }

    #[test]
    fn findings_are_bounded_and_errors_are_kept() {
        let mut findings = Findings::default();
        for line in 1..=1000 {
            findings.add(Code::NotYaml, Position::line(line), "odd", "mend it");
        }
        assert_eq!(findings.kept[MAX_FINDINGS - 1].line, 100, "the first are kept");
        findings.add(Code::NulByte, Position::line(2000), "bad", "mend it");
        assert!(findings.has_error());
        let all = findings.into_diagnostics();
        assert_eq!(all.len(), MAX_FINDINGS + 1);
        assert_eq!(all.last().map(|last| last.message.as_str()), Some("901 more findings are not shown."));
    }
}
