//! What came of a check.

use super::Oddity;
use crate::model::{Location, Parsed, Severity};
use crate::resolve::is_attached;
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
    /// Their paths are shown ones.
    pub oddities: Vec<Oddity>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub files: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notices: usize,
    /// Files below `.cursor` that are no definitions, and folders that could not be looked into.
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
        let attached = |file: &&CheckedFile| {
            let attributes = serde_json::Value::Object(file.parsed.attributes.clone());
            is_attached(&attributes, &file.location.scope, path)
        };
        self.files.iter().filter(attached).collect()
    }
}
