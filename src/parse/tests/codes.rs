//! The list of codes for readers, and the one in the program, are the same.

use crate::parse::Code;

#[test]
fn every_code_is_documented_with_its_severity() {
    let text = include_str!("../../../docs/DIAGNOSTICS.md");
    let documented: Vec<(&str, &str)> = text.lines().filter_map(row).collect();
    let known: Vec<(&str, String)> =
        Code::ALL.iter().map(|code| (code.as_str(), format!("{:?}", code.severity()).to_lowercase())).collect();
    let known: Vec<(&str, &str)> = known.iter().map(|(code, severity)| (*code, severity.as_str())).collect();
    assert_eq!(documented, known);
}

/// `` | `code` | severity | … ``
fn row(line: &str) -> Option<(&str, &str)> {
    let mut cells = line.strip_prefix("| `")?.split('|').map(str::trim);
    Some((cells.next()?.trim_end_matches('`'), cells.next()?))
}
