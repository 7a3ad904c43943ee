//! What comes from files: read, changed, broken, gone.

use super::{Found, Held, Home, News, diagnostics};
use crate::model::{Parsed, Preference, Side, Source, SupportFile};
use crate::store::rows::definition::{BY_SYNC, DefinitionRow, VersionRow, storable};
use chrono::NaiveDateTime;
use serde_json::json;

impl Held {
    /// Brings the definition to what the file says. A broken file leaves the last good content where it is, and its error
    /// beside it; an edited definition goes on serving the edit.
    pub(crate) fn take_file(&mut self, home: Home<'_>, file: Found<'_>, now: NaiveDateTime) -> News {
        // Read again for other reasons than a change in git: a new reader, files beside a skill.
        let stays_hidden = self.is_hidden() && self.row.blob.as_deref() == Some(file.blob);
        if !stays_hidden {
            self.show();
        }
        let row = &mut self.row;
        row.take_location(file.location);
        row.blob = Some(file.blob.to_owned());
        row.seen = Some(file.seen.to_owned());
        row.branch = file.branch.map(str::to_owned);
        row.file_size = file.size;
        row.error = file.parsed.error().map(|finding| storable(&finding.message));
        row.diagnostics = diagnostics(file.parsed);
        (row.gone, row.pending) = (false, false);
        row.synced_at = Some(now);
        row.updated_at = now;
        let news = if self.is_edited() { self.beside_edit(home, file, now) } else { self.in_place(home, file, now) };
        self.settle_status();
        news
    }

    /// Ends a hiding.
    pub(super) fn show(&mut self) {
        self.edit.take_if(|edit| edit.hidden);
        self.row.deleted_at = None;
    }

    /// A new version is the content of another blob than the last good one, and another than what stood last.
    fn in_place(&mut self, home: Home<'_>, file: Found<'_>, now: NaiveDateTime) -> News {
        let is_good = self.row.error.is_none();
        // An edit that said the same went with its file: that text is a version already.
        let was_served = self.row.version > 0 && self.row.content == storable(&file.parsed.content);
        if !is_good && self.row.good_blob.is_some() {
            // The last good text stands behind a broken file, with what it refers to; called as it would be at this place.
            return self.serve_again();
        }
        if is_good {
            self.row.take_content(file.parsed);
            self.row.commit_sha = file.commit.map(str::to_owned);
        } else {
            // Never good yet: the raw text as it is now, under the file's name.
            self.row.name = storable(&file.parsed.name);
            self.row.content = storable(&file.parsed.content);
        }
        let is_version = is_good && !was_served && self.row.good_blob.as_deref() != Some(file.blob);
        if is_good {
            self.row.good_blob = Some(file.blob.to_owned());
        }
        News {
            version: is_version.then(|| self.version_of_git(home.by, now)),
            references: self.references(file.parsed),
        }
    }

    /// Git's text is put aside. The edit stays, unless git says the same by now, or the workspace prefers what git says.
    fn beside_edit(&mut self, home: Home<'_>, file: Found<'_>, now: NaiveDateTime) -> News {
        let is_good = self.row.error.is_none();
        let says = storable(&file.parsed.content);
        let same = is_good && says == self.row.content;
        if let Some(edit) = self.edit.as_mut().filter(|_| is_good || self.row.good_blob.is_none()) {
            edit.git_content = Some(says);
        }
        if is_good {
            self.row.good_blob = Some(file.blob.to_owned());
            self.row.commit_sha = file.commit.map(str::to_owned);
        }
        if let Some(support) = file.parsed.attributes.get(SupportFile::ATTRIBUTE) {
            self.row.attributes[SupportFile::ATTRIBUTE] = support.clone();
        }
        if same {
            self.edit = None;
            self.serve(file.parsed);
            return News { version: None, references: self.references(file.parsed) };
        }
        match home.prefers {
            Preference::Take(side) if self.is_at_odds() => self.take_side(side, home.by, now),
            _ => self.serve_again(),
        }
    }

    /// The text that stands, as this reader sees it at this place, with these files beside it.
    fn serve_again(&mut self) -> News {
        let Some(parsed) = self.read(&self.row.content).filter(|parsed| parsed.error().is_none()) else {
            return News::default();
        };
        self.serve(&parsed);
        News { version: None, references: self.references(&parsed) }
    }

    /// Ends a conflict: by git's text, which is a new version, or by the edit, which is from now on based on what git says.
    pub(crate) fn take_side(&mut self, side: Side, by: &str, now: NaiveDateTime) -> News {
        let news = match (side, self.row.blob.is_some()) {
            (Side::GitHub, true) => self.take_git(by, now),
            (Side::GitHub, false) => {
                self.entomb(now);
                News::default()
            }
            (Side::Local, true) => {
                if let Some(edit) = &mut self.edit {
                    edit.base_blob.clone_from(&self.row.blob);
                }
                self.serve_again()
            }
            (Side::Local, false) => self.become_local(),
        };
        self.row.updated_at = now;
        self.settle_status();
        news
    }

    /// Serves git's last good text again.
    pub(super) fn take_git(&mut self, by: &str, now: NaiveDateTime) -> News {
        let content = self.edit.as_ref().and_then(|edit| edit.git_content.as_deref()).unwrap_or_default();
        let Some(parsed) = self.read(content) else {
            return News::default();
        };
        self.edit = None;
        if self.row.good_blob.is_none() {
            self.row.take_unread(&parsed);
            return News { version: None, references: self.references(&parsed) };
        }
        self.serve(&parsed);
        News { version: Some(self.version_of_git(by, now)), references: self.references(&parsed) }
    }

    fn version_of_git(&mut self, by: &str, now: NaiveDateTime) -> VersionRow {
        let (blob, commit) = (self.row.good_blob.clone(), self.row.commit_sha.clone());
        self.new_version(by, blob, commit, now)
    }

    /// The file of an edited definition has gone: somebody has to say whether the edit goes too, unless that is settled.
    pub(crate) fn lose_file(&mut self, prefers: Preference, now: NaiveDateTime) -> News {
        let seen = self.location().and_then(|location| location.unseen());
        let row = &mut self.row;
        (row.blob, row.good_blob, row.seen, row.commit_sha) = (None, None, seen, None);
        (row.gone, row.pending) = (false, false);
        row.error = None;
        row.updated_at = now;
        if let Some(edit) = &mut self.edit {
            edit.git_content = None;
        }
        let news = match prefers {
            Preference::Take(side) if self.is_at_odds() => self.take_side(side, BY_SYNC, now),
            _ => self.serve_again(),
        };
        self.settle_status();
        news
    }

    /// What git has no part in any more.
    fn become_local(&mut self) -> News {
        self.edit = None;
        let blob = self.blob_of(&self.row.content);
        let seen = self.seen_of(&blob);
        let row = &mut self.row;
        Source::Local.as_str().clone_into(&mut row.source);
        (row.repository_id, row.branch, row.commit_sha) = (None, None, None);
        row.seen = seen;
        (row.blob, row.good_blob) = (Some(blob.clone()), Some(blob));
        row.attributes.as_object_mut().map(|attributes| attributes.remove(SupportFile::ATTRIBUTE));
        self.serve_again()
    }
}

impl DefinitionRow {
    /// A text that never was good: nothing is known of it but its name.
    fn take_unread(&mut self, parsed: &Parsed) {
        self.name = storable(&parsed.name);
        self.content = storable(&parsed.content);
        (self.title, self.description) = (None, None);
        self.frontmatter = json!({});
        self.attributes = json!({});
        self.line_count = i32::try_from(parsed.line_count).unwrap_or(i32::MAX);
    }
}
