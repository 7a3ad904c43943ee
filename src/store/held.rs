//! A definition as it stands, and how files, people, and the absence of a file change it.
//!
//! Rows in, rows out: the queries load a [`Held`], let one of these methods change it, and write it down with the [`News`].
//! Rule 9 of docs/PROTOCOL.md lives here: what a person writes never touches what came from git (`blob`, `good_blob`, `seen`,
//! `error`, and git's text in the [`EditRow`]), and whether the two are in conflict is worked out from them each time.

mod by_git;
mod by_person;

use super::rows::definition::{DefinitionRow, ReferenceRow, VersionRow, storable, storable_json};
use super::rows::edit::EditRow;
use crate::model::{
    BlobSha, DefinitionId, Kind, Location, Parsed, Preference, Reference, Source, SupportFile, SyncStatus,
};
use crate::parse;
use crate::plan::digest;
use chrono::NaiveDateTime;
use serde_json::{Value, json};
use std::panic::catch_unwind;

/// Whose definitions these are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Home<'a> {
    pub workspace: &'a str,
    /// None for what does not come from GitHub.
    pub repository: Option<i64>,
    pub source: Source,
    /// As the history will say who changed them.
    pub by: &'a str,
    pub prefers: Preference,
}

/// A file that was read, and where it was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    pub location: &'a Location,
    pub parsed: &'a Parsed,
    pub blob: &'a str,
    /// Stands for all that the definition is made from.
    pub seen: &'a str,
    pub size: i64,
    pub commit: Option<&'a str>,
    pub branch: Option<&'a str>,
}

#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub row: DefinitionRow,
    /// Only beside what comes from GitHub.
    pub edit: Option<EditRow>,
    /// Whether the table `edits` has a row of it.
    pub had_edit: bool,
}

/// What a change adds to the other tables.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub version: Option<VersionRow>,
    /// In place of the old ones.
    pub references: Option<Vec<ReferenceRow>>,
}

impl Held {
    pub(crate) fn stored(row: DefinitionRow, edit: Option<EditRow>) -> Self {
        Self { row, had_edit: edit.is_some(), edit }
    }

    /// A definition that was never seen before; what the file says is filled in by [`Self::take_file`].
    pub(crate) fn blank(home: Home<'_>, file: Found<'_>, now: NaiveDateTime) -> Self {
        let row = DefinitionRow {
            id: DefinitionId::generate().into_string(),
            workspace_id: home.workspace.to_owned(),
            repository_id: home.repository,
            kind: file.location.kind.as_str().to_owned(),
            name: storable(&file.parsed.name),
            scope: String::new(),
            title: None,
            description: None,
            source: home.source.as_str().to_owned(),
            path: None,
            depth: 0,
            branch: None,
            commit_sha: None,
            good_blob: None,
            blob: None,
            seen: None,
            content: storable(&file.parsed.content),
            frontmatter: json!({}),
            attributes: json!({}),
            version: 0,
            status: SyncStatus::Synced.as_str().to_owned(),
            error: None,
            conflict: None,
            pending: false,
            diagnostics: json!([]),
            file_size: 0,
            line_count: i32::try_from(file.parsed.line_count).unwrap_or(i32::MAX),
            gone: false,
            synced_at: None,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        };
        Self::stored(row, None)
    }

    pub(crate) fn id(&self) -> DefinitionId {
        DefinitionId::from_text(self.row.id.clone())
    }

    pub(crate) fn is_hidden(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| edit.hidden)
    }

    pub(crate) fn is_edited(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| !edit.hidden)
    }

    /// Served, or about to be: not a tombstone, and not hidden.
    pub(crate) fn is_live(&self) -> bool {
        self.row.deleted_at.is_none()
    }

    /// Git has another blob by now than the one that the edit was based on.
    pub(crate) fn is_at_odds(&self) -> bool {
        self.edit.as_ref().is_some_and(|edit| edit.mark().is_at_odds(self.row.blob.as_deref()))
    }

    pub(crate) fn is_from_github(&self) -> bool {
        self.row.source == Source::GitHub.as_str()
    }

    /// The place by which its text is read.
    pub(crate) fn location(&self) -> Option<Location> {
        match &self.row.path {
            Some(path) => Location::from_seen(path, self.row.seen.as_deref()),
            None => Some(Location::named(Kind::from_text(&self.row.kind)?, &self.row.name)),
        }
    }

    /// What the reader makes of another text of this definition; `None` if it cannot say: the row is of a newer version of
    /// this program, or the reader panicked.
    pub(crate) fn read(&self, content: &str) -> Option<Parsed> {
        let location = self.location()?;
        let support = SupportFile::listed_in(&self.row.attributes);
        catch_unwind(|| parse::parse(&location, content.as_bytes(), &support)).ok()
    }

    /// What stands for a text of it that nothing lies beside.
    fn seen_of(&self, blob: &str) -> Option<String> {
        self.location().map(|location| digest(&location, blob, &[]))
    }

    /// The blob of a text, named as the repository names its objects.
    fn blob_of(&self, content: &str) -> String {
        let is_sha256 = self.row.blob.as_ref().is_some_and(|blob| blob.len() == 64);
        let of = if is_sha256 { BlobSha::of_bytes_sha256 } else { BlobSha::of_bytes };
        of(content.as_bytes()).to_string()
    }

    /// Serves this text from now on. What is wrong with git's newest text stays told.
    fn serve(&mut self, parsed: &Parsed) {
        // The size stays that of git's file, as long as there is one.
        let has_file = self.is_from_github() && self.row.blob.is_some();
        let row = &mut self.row;
        row.take_content(parsed);
        if !has_file {
            row.file_size = i64::try_from(parsed.content.len()).unwrap_or(i64::MAX);
        }
        if row.error.is_none() {
            row.diagnostics = diagnostics(parsed);
        }
    }

    fn references(&self, parsed: &Parsed) -> Option<Vec<ReferenceRow>> {
        // What they mean is settled at the end of the run: before, not all names are known.
        let row = |(reference, position): (&Reference, i32)| ReferenceRow {
            definition_id: self.row.id.clone(),
            position,
            workspace_id: self.row.workspace_id.clone(),
            reference_kind: reference.kind.as_str().to_owned(),
            target_kind: reference.target_kind.map(|kind| kind.as_str().to_owned()),
            target: storable(&reference.target),
            line: i32::try_from(reference.line).unwrap_or(i32::MAX),
            resolved_id: None,
        };
        Some(parsed.references.iter().zip(0..).map(row).collect())
    }

    /// Counts up the version; `blob` is that of the text that is served by now.
    fn new_version(
        &mut self,
        by: &str,
        blob: Option<String>,
        commit: Option<String>,
        now: NaiveDateTime,
    ) -> VersionRow {
        self.row.version += 1;
        VersionRow {
            definition_id: self.row.id.clone(),
            version: self.row.version,
            content: self.row.content.clone(),
            frontmatter: self.row.frontmatter.clone(),
            path: self.row.path.clone(),
            commit_sha: commit,
            blob,
            changed_at: now,
            changed_by: by.to_owned(),
        }
    }

    fn settle_status(&mut self) {
        let conflict = self.row.conflict.is_some() || self.is_at_odds();
        let status = SyncStatus::of(self.row.error.is_some(), conflict, self.row.pending);
        status.as_str().clone_into(&mut self.row.status);
    }

    /// Not there any more; its history stays.
    pub(crate) fn entomb(&mut self, now: NaiveDateTime) {
        self.edit = None;
        let row = &mut self.row;
        row.deleted_at = Some(now);
        row.updated_at = now;
        (row.gone, row.pending) = (false, false);
        row.conflict = None;
    }
}

fn diagnostics(parsed: &Parsed) -> Value {
    storable_json(&json!(parsed.diagnostics))
}
