//! The file itself: bytes in, settings and diagnostics out.

use super::Settings;
use super::closest::closest;
use super::places::Places;
use super::values::Values;
use crate::model::{Diagnostic, Severity};
use crate::parse::Code;
use crate::parse::findings::{Findings, Position, shown};
use crate::parse::source;
use crate::parse::yaml::{self, Duplicate, Mapping, YamlError};

/// Larger files are no settings.
pub const MAX_BYTES: u64 = 64 * 1024;

const KEYS: [&str; 7] = ["branch", "exclude", "include", "folders", "prefix", "check", "conflicts"];
const SEE: &str = "Write `key: value` lines; docs/SETTINGS.md has every key.";

/// What the file says, and what is to be said of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// `None` if the file is broken: then the last good ones stay in force.
    pub settings: Option<Settings>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    fn broken(findings: Findings) -> Self {
        Self { settings: None, diagnostics: findings.into_diagnostics() }
    }

    /// Why it is broken.
    pub fn error(&self) -> Option<&Diagnostic> {
        self.diagnostics.iter().find(|found| found.severity == Severity::Error)
    }
}

pub fn read(bytes: &[u8]) -> Reading {
    if bytes.len() as u64 > MAX_BYTES {
        return too_large(bytes.len() as u64);
    }
    let mut findings = Findings::default();
    let text = source::text_of(bytes, &mut findings);
    if findings.has_error() {
        return Reading::broken(findings);
    }
    let text = source::after_bom(&text);
    match yaml::read(text) {
        Ok(mapping) => of_mapping(&mapping, &Places::of(text), findings),
        Err(error) => {
            report_unreadable(&error, &mut findings);
            Reading::broken(findings)
        }
    }
}

/// What is to be said of a file of `size` bytes, which is not fetched.
pub fn too_large(size: u64) -> Reading {
    let mut findings = Findings::default();
    let message = format!("The settings file has {size} bytes; it is read up to {MAX_BYTES} bytes.");
    findings.add(Code::SettingsUnreadable, Position::START, message, "Remove what is no setting.");
    Reading::broken(findings)
}

/// What is to be said of a link, a folder or a submodule in the place of the file.
pub fn not_a_file() -> Reading {
    let mut findings = Findings::default();
    let message = "The settings are no plain file; links are not followed.";
    findings.add(Code::SettingsUnreadable, Position::START, message, "Put the file itself there.");
    Reading::broken(findings)
}

/// What is to be said where the branch that the file names is not there. `text` is the file's, if it is at hand.
pub fn branch_missing(branch: &str, text: &str) -> Diagnostic {
    let message = format!("There is no branch {}; the default branch is followed.", shown(branch));
    let at = Places::of(text).within("branch", branch);
    Diagnostic {
        code: Code::SettingsBranchMissing.as_str().to_owned(),
        severity: Code::SettingsBranchMissing.severity(),
        message,
        help: Some("Correct the name, or make the branch.".to_owned()),
        line: at.line,
        column: at.column,
    }
}

fn of_mapping(mapping: &Mapping, places: &Places<'_>, mut findings: Findings) -> Reading {
    for Duplicate { key, below } in &mapping.duplicates {
        let at = below.as_ref().map_or_else(|| places.key(key), |below| places.within(below, key));
        let message = format!("The key {} stands here twice; the last one counts.", shown(key));
        findings.add(Code::DuplicateKey, at, message, "Keep one of them.");
    }
    for key in mapping.values.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        report_unknown(key, &KEYS, places.key(key), &mut findings);
    }
    let mut values = Values { mapping: &mapping.values, places, findings: &mut findings };
    let settings = Settings {
        branch: values.branch(),
        exclude: values.exclude(),
        include: values.include(),
        folders: values.folders(),
        prefix: values.prefix(),
        check: values.check(),
        conflicts: values.conflicts(),
    };
    let settings = (!findings.has_error()).then_some(settings);
    Reading { settings, diagnostics: findings.into_diagnostics() }
}

pub(super) fn report_unknown(key: &str, known: &[&str], at: Position, findings: &mut Findings) {
    let help = match closest(key, known.iter().copied()) {
        Some(meant) => format!("Write `{meant}`, if that is meant."),
        None => format!("Remove it. There are {}.", listed(known)),
    };
    let message = format!("{} is no setting; it has no effect.", shown(key));
    findings.add(Code::SettingsUnknownKey, at, message, &help);
}

/// `` `a`, `b` and `c` ``
pub(super) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn report_unreadable(error: &YamlError, findings: &mut Findings) {
    let (at, why) = match error {
        YamlError::Syntax { message, line, column } => {
            let at = Position { line: source::clamp(*line), column: source::clamp(*column) };
            (at, format!("it is no YAML from here on ({message})"))
        }
        YamlError::Limit(what) => (Position::START, (*what).to_owned()),
        YamlError::NotAMapping => (Position::START, "it is no list of keys and values".to_owned()),
    };
    findings.add(Code::SettingsUnreadable, at, format!("The settings cannot be read: {why}."), SEE);
}
