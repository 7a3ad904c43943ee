//! What comes over the API: a text, a deletion.

use super::{Held, News};
use crate::model::{Parsed, Source};
use crate::store::rows::definition::storable;
use crate::store::rows::edit::EditRow;
use chrono::NaiveDateTime;

impl Held {
    /// A person's text, which is good. `None` if it is what is served already.
    pub(crate) fn take_text(&mut self, parsed: &Parsed, by: &str, now: NaiveDateTime) -> Option<News> {
        let was_hidden = self.is_hidden();
        self.show();
        let same = storable(&parsed.content) == self.row.content;
        if same && !was_hidden && (self.is_from_github() || self.row.error.is_none()) {
            return None;
        }
        let news = match same {
            true if self.is_from_github() => News::default(),
            _ if self.is_from_github() => self.edit_beside_git(parsed, by, now),
            _ => self.replace(parsed, by, now),
        };
        self.row.updated_at = now;
        self.settle_status();
        Some(news)
    }

    fn edit_beside_git(&mut self, parsed: &Parsed, by: &str, now: NaiveDateTime) -> News {
        let row = &self.row;
        let edit = self.edit.get_or_insert_with(|| EditRow {
            definition_id: row.id.clone(),
            hidden: false,
            base_blob: row.blob.clone(),
            git_content: Some(row.content.clone()),
        });
        let is_gits = edit.git_content.as_ref() == Some(&parsed.content) && row.good_blob.is_some();
        if is_gits {
            return self.take_git(by, now);
        }
        // The edit stays based on what it was begun from: only who names a newer blob has seen it.
        self.serve(parsed);
        let blob = self.blob_of(&parsed.content);
        News { version: Some(self.new_version(by, Some(blob), None, now)), references: self.references(parsed) }
    }

    /// The text of a definition that git has no part in.
    fn replace(&mut self, parsed: &Parsed, by: &str, now: NaiveDateTime) -> News {
        let blob = self.blob_of(&parsed.content);
        let is_version = self.row.good_blob.as_ref() != Some(&blob);
        self.row.error = None;
        self.serve(parsed);
        if self.row.source == Source::Local.as_str() {
            self.row.seen = self.seen_of(&blob);
        }
        (self.row.blob, self.row.good_blob) = (Some(blob.clone()), Some(blob.clone()));
        let version = is_version.then(|| self.new_version(by, Some(blob), None, now));
        News { version, references: self.references(parsed) }
    }

    /// Deletes the definition. One that git has is only hidden, until git changes the file; an edit goes with it.
    pub(crate) fn delete(&mut self, by: &str, now: NaiveDateTime) -> News {
        let is_in_git = self.is_from_github() && self.row.blob.is_some();
        let news = if is_in_git && self.is_edited() { self.take_git(by, now) } else { News::default() };
        let gone = self.row.gone;
        self.entomb(now);
        if is_in_git {
            // Whether its file has gone is still to be settled at the end of the run.
            self.row.gone = gone;
            self.edit =
                Some(EditRow { definition_id: self.row.id.clone(), hidden: true, base_blob: None, git_content: None });
        }
        self.settle_status();
        news
    }
}
