//! What the codes mean, from the page that explains them to people.

use std::collections::HashMap;
use std::sync::LazyLock;

const PAGE: &str = include_str!("../../docs/DIAGNOSTICS.md");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explained {
    pub severity: &'static str,
    pub meaning: &'static str,
    pub mend: &'static str,
}

/// The row of the page's table for this code.
pub fn explained(code: &str) -> Option<Explained> {
    static ROWS: LazyLock<HashMap<&'static str, Explained>> = LazyLock::new(|| PAGE.lines().filter_map(row).collect());
    ROWS.get(code).copied()
}

/// `| `code` | severity | what it means | how to mend it |`
fn row(line: &'static str) -> Option<(&'static str, Explained)> {
    let cells: Vec<&str> = line.strip_prefix("| `")?.strip_suffix(" |")?.split(" | ").collect();
    match cells.as_slice() {
        [code, severity, meaning, mend] => Some((code.trim_end_matches('`'), Explained { severity, meaning, mend })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::Code;

    #[test]
    fn every_code_is_explained() {
        for code in Code::ALL {
            let found = explained(code.as_str()).unwrap_or_else(|| panic!("{}", code.as_str()));
            assert!(!found.meaning.is_empty() && !found.mend.is_empty(), "{}", code.as_str());
        }
    }
}
