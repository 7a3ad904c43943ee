//! What people read: answers on standard output, complaints on standard error.

use std::io::{self, Write};

/// Writes `text` and a line end. A reader that has gone away is no error.
pub(super) fn say(text: &str) -> io::Result<()> {
    ignore_closed(writeln!(io::stdout().lock(), "{text}"))
}

/// Beside the answer, for people: not part of what a script reads.
pub(super) fn note(text: &str) -> io::Result<()> {
    ignore_closed(writeln!(io::stderr().lock(), "{text}"))
}

/// The error and what caused it, a line each.
pub(super) fn complain(error: &anyhow::Error) {
    // Where standard error is closed there is nobody to tell.
    let _ = note(&complaint(error));
}

fn complaint(error: &anyhow::Error) -> String {
    let mut text = format!("error: {error}");
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // Many errors quote their cause.
        if !text.contains(&cause) {
            text.push_str("\n  because: ");
            text.push_str(&cause);
        }
    }
    text
}

fn ignore_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Columns that line up, the heading first; the last one is not padded.
pub(super) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn a_complaint_tells_each_cause_once() {
        let cause = anyhow!("no such host").context("the database cannot be reached: no such host");
        let error = cause.context("nothing was migrated");
        insta::assert_snapshot!(complaint(&error), @r"
        error: nothing was migrated
          because: the database cannot be reached: no such host
        ");
    }

    #[test]
    fn columns_line_up() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned);
        let rows = [row(["ID", "NAME", "ROLE"]), row(["1", "für alle", "read"]), row(["12", "x", ""])];
        insta::assert_snapshot!(table(&rows), @r"
        ID  NAME      ROLE
        1   für alle  read
        12  x
        ");
    }
}
