//! Definitions are brought to what files and people say: rows, versions and references, each table at once.

use super::{Conn, dialect, links};
use crate::store::StoreError;
use crate::store::held::{Found, Held, Home, News};
use crate::store::rows::definition::{DefinitionRow, ReferenceRow, VersionRow};
use crate::store::rows::edit::EditRow;
use crate::store::schema::{definition_references, definitions, edits};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

/// Rows to be written, gathered so that each table is written at once.
#[derive(Default)]
pub(crate) struct Written {
    new: Vec<DefinitionRow>,
    changed: Vec<DefinitionRow>,
    versions: Vec<VersionRow>,
    references: Vec<ReferenceRow>,
    /// Those whose references are written.
    referring: Vec<String>,
    edits: Vec<EditRow>,
    /// Those that are not edited any more.
    edited_no_more: Vec<String>,
}

impl Written {
    /// `known` is the definition that the file continues.
    pub(crate) fn take(&mut self, home: Home<'_>, known: Option<Held>, file: Found<'_>, now: NaiveDateTime) {
        let is_new = known.is_none();
        let mut held = known.unwrap_or_else(|| Held::blank(home, file, now));
        let news = held.take_file(home, file, now);
        self.add(held, news, is_new);
    }

    pub(crate) fn add(&mut self, held: Held, news: News, is_new: bool) {
        let id = &held.row.id;
        if let Some(references) = news.references {
            self.references.extend(references);
            self.referring.push(id.clone());
        }
        self.versions.extend(news.version);
        match held.edit {
            Some(edit) => self.edits.push(edit),
            None if held.had_edit => self.edited_no_more.push(id.clone()),
            None => {}
        }
        if is_new { self.new.push(held.row) } else { self.changed.push(held.row) }
    }

    pub(crate) async fn write(self, conn: &mut Conn) -> Result<(), StoreError> {
        let stored: Vec<String> = self.new.iter().chain(&self.changed).map(|row| row.id.clone()).collect();
        if !self.changed.is_empty() {
            let old = definition_references::table.filter(definition_references::definition_id.eq_any(self.referring));
            diesel::delete(old).execute(conn).await?;
        }
        for row in &self.changed {
            diesel::update(definitions::table.find(&row.id)).set(row).execute(conn).await?;
        }
        dialect::insert_definitions(conn, self.new).await?;
        dialect::insert_versions(conn, self.versions).await?;
        dialect::insert_references(conn, self.references).await?;
        write_edits(conn, &self.edits, &self.edited_no_more).await?;
        links::owe(conn, &stored).await
    }
}

async fn write_edits(conn: &mut Conn, rows: &[EditRow], over: &[String]) -> Result<(), StoreError> {
    for row in rows {
        diesel::insert_into(edits::table)
            .values(row)
            .on_conflict(edits::definition_id)
            .do_update()
            .set(row)
            .execute(conn)
            .await?;
    }
    if !over.is_empty() {
        diesel::delete(edits::table.filter(edits::definition_id.eq_any(over))).execute(conn).await?;
    }
    Ok(())
}
