//! What the owner's file says at a look, and what is in force by it.

use crate::github::{Look, LookFile};
use crate::model::{BlobSha, Diagnostic, FileMode};
use crate::settings::{self, Reading, Settings};
use crate::store::rows::debt::Debt;
use serde_json::Value;

/// The settings by which a survey was made.
#[derive(Clone, Debug, Default)]
pub struct Noted {
    /// What was in force, and what the file itself said, when the debt was taken: upon other ones the survey does not build.
    pub before: (Option<Value>, Option<Value>),
    /// What the file itself says; where it is broken, what it said before.
    pub own: Settings,
    /// The same, with what the organisation says below it.
    pub in_force: Settings,
    /// The file as it was seen, also if it is broken.
    pub blob: Option<BlobSha>,
    /// What is to be said of the file.
    pub problems: Vec<Diagnostic>,
}

impl Noted {
    /// By what GitHub shows. A broken file leaves in force what it said when it was good last.
    pub fn of(debt: &Debt, look: &Look) -> Self {
        let row = &debt.repository;
        let file = look.settings.as_ref();
        let Reading { settings: said, diagnostics: problems } = file.map_or_else(|| settings::read(b""), read);
        let own = said.unwrap_or_else(|| Settings::stored(row.own_settings.as_ref()));
        Self {
            in_force: own.over(&debt.organisation),
            own,
            blob: file.filter(|file| is_blob(file.entry.mode)).map(|file| file.entry.sha.clone()),
            problems,
            ..Self::none(debt)
        }
    }

    /// Nothing is said any more.
    pub fn none(debt: &Debt) -> Self {
        let row = &debt.repository;
        Self { before: (row.settings.clone(), row.own_settings.clone()), ..Self::default() }
    }

    /// The chosen branch is not there.
    pub fn miss_branch(&mut self, look: &Look) {
        let bytes = look.settings.as_ref().and_then(|file| file.bytes.as_deref()).unwrap_or_default();
        if let Some(branch) = &self.in_force.branch {
            self.problems.push(settings::branch_missing(branch, &String::from_utf8_lossy(bytes)));
        }
    }

    /// Other ones are in force than before.
    pub fn is_change(&self) -> bool {
        self.in_force != Settings::stored(self.before.0.as_ref())
    }
}

fn read(file: &LookFile) -> Reading {
    match (&file.bytes, file.entry.mode) {
        (Some(bytes), _) => settings::read(bytes),
        (None, FileMode::File) => settings::too_large(file.entry.size.unwrap_or_default()),
        (None, _) => settings::not_a_file(),
    }
}

/// What GitHub tells of as a blob, too, when only asked for its name.
fn is_blob(mode: FileMode) -> bool {
    matches!(mode, FileMode::File | FileMode::Symlink)
}
