//! The reader over a working copy: what the registry would say of these files, before they are pushed.
//!
//! In come paths on this machine; out goes a [`Report`]. Files are found as git would take them (what is ignored stays out, no
//! link is followed), by the settings that the working copy has, read by the very `parse` and `resolve` that the registry uses,
//! and nothing is written.

mod patterns;
mod report;
pub mod stored;
mod tree;
mod walk;

pub use report::{CheckedFile, CheckedSettings, Report, Summary, Told};
pub use tree::{Content, Oddity, Tree, trees};
pub use walk::WalkError;

use crate::model::{DefinitionId, Diagnostic, Parsed, Reference};
use crate::parse;
use crate::resolve::{self, Called, Claimant, Node};
use crate::settings;
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

/// Checks everything below these paths; of a file, that file alone. References are settled within what belongs together: the
/// repository around each path.
pub fn check(paths: &[PathBuf]) -> Result<Report, WalkError> {
    let mut report = Report::default();
    for tree in trees(paths)? {
        report.add(check_tree(&tree)?);
    }
    Ok(report)
}

fn check_tree(tree: &Tree) -> Result<Report, WalkError> {
    let mut files = Vec::with_capacity(tree.files.len());
    for location in &tree.files {
        // Nothing that is said of a skill depends on the files beside it.
        let parsed = match tree.read(&location.path)? {
            Content::Bytes(bytes) => parse::parse(location, &bytes, &[]),
            Content::TooLarge(size) => parse::too_large(location, size),
        };
        files.push(CheckedFile { shown: tree.shown(&location.path), location: location.clone(), parsed });
    }
    report_conflicts(&mut files);
    report_missing(&mut files);
    files.retain(|file| tree.is_asked_for(&file.location.path));
    let settings = tree.settings.iter().filter(|_| tree.is_asked_for(settings::FILE)).cloned().collect();
    let shown = |one: &Oddity| Oddity { path: tree.shown(&one.path), because: one.because };
    Ok(Report { settings, files, oddities: tree.oddities().map(shown).collect() })
}

fn report_conflicts(files: &mut [CheckedFile]) {
    let mut claims: BTreeMap<(crate::model::Kind, String), Vec<(usize, Claimant)>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate().filter(|(_, file)| !file.is_broken()) {
        let name = (file.parsed.kind, file.parsed.name.clone());
        claims.entry(name).or_default().push((index, node(file).claimant()));
    }
    for ((kind, name), claims) in claims {
        let all: Vec<Claimant> = claims.iter().map(|(_, claimant)| claimant.clone()).collect();
        let Some(winner) = resolve::winner(&all).map(|winner| winner.path.clone()) else {
            continue;
        };
        for (index, _) in claims.iter().filter(|(_, claimant)| claimant.path != winner) {
            files[*index].parsed.diagnostics.push(resolve::name_conflict(kind, &name, &winner));
        }
    }
}

fn report_missing(files: &mut [CheckedFile]) {
    let nodes: Vec<Node> = files.iter().map(node).collect();
    let id = |parsed: &Parsed, path: &str| (DefinitionId::from_text(path.to_owned()), parsed.references.clone());
    // Of a broken file nothing is said but why it is broken.
    let good = files.iter().filter(|file| !file.is_broken());
    let said: HashMap<_, _> = good.map(|file| id(&file.parsed, &file.location.path)).collect();
    let (_, missing) = resolve::settle(&nodes, &said);
    let places: HashMap<String, usize> =
        files.iter().enumerate().map(|(index, file)| (file.location.path.clone(), index)).collect();
    for missing in missing {
        if let Some(file) = places.get(missing.from.as_str()).and_then(|index| files.get_mut(*index)) {
            let found = resolve::missing(&missing.reference);
            let column = column_of(&missing.reference, &file.parsed.content);
            file.parsed.diagnostics.push(Diagnostic { column, ..found });
        }
    }
}

/// Where the line names the target, by the last part of its path: the registry keeps the line only, and here is the text.
fn column_of(reference: &Reference, text: &str) -> u32 {
    let line = text.lines().nth(reference.line.saturating_sub(1) as usize).unwrap_or_default();
    let name = reference.target.rsplit('/').next().unwrap_or_default();
    let before = line.find(name).and_then(|at| line.get(..at)).unwrap_or_default();
    let word = before.rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '[' | '<' | '"' | '\'' | '`' | ','));
    let before = word.and_then(|at| Some(at + before.get(at..)?.chars().next()?.len_utf8())).unwrap_or_default();
    u32::try_from(line.get(..before).unwrap_or_default().chars().count()).unwrap_or_default() + 1
}

fn node(file: &CheckedFile) -> Node {
    Node {
        kind: file.parsed.kind,
        name: file.parsed.name.clone(),
        path: file.location.path.clone(),
        repository: None,
        id: DefinitionId::from_text(file.location.path.clone()),
        // Whoever lost a name lost it to another: for that, nothing is missing.
        called: if file.is_broken() { Called::ByFile(file.parsed.name.clone()) } else { Called::ByName },
    }
}

#[cfg(test)]
mod tests;
