//! What came of a check.

use super::Oddity;
use crate::model::{Diagnostic, Location, Parsed, Severity};
use crate::resolve::is_attached;
use crate::settings::{Settings, Strictness};
use serde::Serialize;

#[derive(Clone, Debug)]
pub struct CheckedFile {
    /// The path as a person here would write it.
    pub shown: String,
    pub location: Location,
    pub parsed: Parsed,
}

impl CheckedFile {
    /// Then it stands as it once was, and nothing else is to be said of it.
    pub(super) fn is_broken(&self) -> bool {
        self.parsed.error().is_some()
    }
}

/// The owner's settings, as they were found.
#[derive(Clone, Debug)]
pub struct CheckedSettings {
    pub shown: String,
    pub text: String,
    /// What is in force.
    pub settings: Settings,
    pub diagnostics: Vec<Diagnostic>,
}

/// A file, and what is to be said of it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    pub shown: &'a str,
    pub text: &'a str,
    pub diagnostics: &'a [Diagnostic],
}

/// Files in the order of their paths.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// One for each working copy that has some.
    pub settings: Vec<CheckedSettings>,
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
        self.settings.extend(other.settings);
        self.files.extend(other.files);
        self.oddities.extend(other.oddities);
    }

    /// The settings first: they may be why files are read otherwise than was meant.
    pub fn told(&self) -> impl Iterator<Item = Told<'_>> {
        let of_settings = self.settings.iter().map(|CheckedSettings { shown, text, diagnostics, .. }| Told {
            shown,
            text,
            diagnostics,
        });
        let of_files = self.files.iter().map(|CheckedFile { shown, parsed, .. }| Told {
            shown,
            text: &parsed.content,
            diagnostics: &parsed.diagnostics,
        });
        of_settings.chain(of_files)
    }

    /// Each finding, with the path of its file as it is shown.
    pub fn findings(&self) -> impl Iterator<Item = (&str, &Diagnostic)> {
        self.told().flat_map(|told| told.diagnostics.iter().map(move |diagnostic| (told.shown, diagnostic)))
    }

    /// The owner wants warnings to count as errors.
    pub fn is_strict(&self) -> bool {
        self.settings.iter().any(|one| one.settings.strictness() == Strictness::Strict)
    }

    pub fn summary(&self) -> Summary {
        let count = |severity: Severity| self.findings().filter(|(_, found)| found.severity == severity).count();
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
