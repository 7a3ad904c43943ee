//! SARIF 2.1.0, as GitHub's code scanning takes it: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use crate::check::Report;
use crate::model::{Diagnostic, Severity};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) fn render(report: &Report) -> String {
    let codes: BTreeSet<&str> = report.findings().map(|(_, found)| found.code.as_str()).collect();
    let rules: Vec<Value> =
        codes.iter().map(|code| json!({"id": code, "shortDescription": {"text": code.replace('-', " ")}})).collect();
    let results: Vec<Value> = report.findings().map(result).collect();
    let driver = json!({"name": "dotcursor", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    let run = json!({"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results});
    format!("{:#}", json!({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}))
}

fn result((shown, finding): (&str, &Diagnostic)) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "note",
    };
    let help = finding.help.as_deref().map(|help| format!(" {help}")).unwrap_or_default();
    json!({
        "ruleId": finding.code,
        "level": level,
        "message": {"text": format!("{}{help}", finding.message)},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": uri(shown)},
                "region": {"startLine": finding.line, "startColumn": finding.column},
            },
        }],
    })
}

/// A path as a relative reference: each part percent-encoded.
fn uri(path: &str) -> String {
    let encoded = |part: &str| -> String {
        part.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
                other => format!("%{other:02X}"),
            })
            .collect()
    };
    path.split('/').map(encoded).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_encoded_part_by_part() {
        assert_eq!(uri(".cursor/rules/project rules.mdc"), ".cursor/rules/project%20rules.mdc");
        assert_eq!(uri("ä/b"), "%C3%A4/b");
    }
}
