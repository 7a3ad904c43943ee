//! What came of a check.

use super::Oddity;
use crate::model::{Location, Parsed, Severity};
use crate::parse::glob::Globs;
use serde::Serialize;

#[derive(Clone, Debug)]
pub struct CheckedFile {
    /// The path as a person here would write it.
    pub shown: String,
    pub location: Location,
    pub parsed: Parsed,
}

/// Files in the order of their paths.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub files: Vec<CheckedFile>,
    pub oddities: Vec<Oddity>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub files: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notices: usize,
    /// Files and folders below `.cursor` that are no definitions.
    pub ignored: usize,
}

impl Report {
    pub(super) fn add(&mut self, other: Self) {
        self.files.extend(other.files);
        self.oddities.extend(other.oddities);
    }

    pub fn summary(&self) -> Summary {
        let count = |severity: Severity| {
            let findings = self.files.iter().flat_map(|file| &file.parsed.diagnostics);
            findings.filter(|found| found.severity == severity).count()
        };
        Summary {
            files: self.files.len(),
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notices: count(Severity::Notice),
            ignored: self.oddities.len(),
        }
    }

    /// The rules that Cursor attaches when a file at `path`, counted from the root of the repository, is worked on: those that
    /// always apply in its part of the tree, and those whose globs match it.
    pub fn rules_for(&self, path: &str) -> Vec<&CheckedFile> {
        self.files.iter().filter(|file| applies_to(&file.parsed, &file.location.scope, path)).collect()
    }
}

fn applies_to(parsed: &Parsed, scope: &str, path: &str) -> bool {
    let inside = scope.is_empty() || path.strip_prefix(scope).is_some_and(|rest| rest.starts_with('/'));
    match parsed.attributes.get("ruleType").and_then(|value| value.as_str()) {
        Some("always") => inside,
        Some("auto-attached") => {
            let patterns = parsed.attributes.get("globPatterns").and_then(|value| value.as_array());
            let patterns: Vec<String> =
                patterns.into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect();
            Globs::compile(scope, &patterns).matches(path)
        }
        _ => false,
    }
}
