//! A repository that is (or was) served, and how far it is compared.

use crate::model::{Reach, Tracked};
use crate::parse::READER_VERSION;
use crate::settings::Settings;
use crate::store::schema::{repositories, wants};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use serde_json::Value;

/// What intake needs to know of a repository.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    pub tracked: Tracked,
    pub reach: Reach,
    pub active: bool,
    /// Never compared: whatever comes owes a first import.
    pub fresh: bool,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = repositories)]
pub(crate) struct NewRepository {
    pub id: i64,
    pub installation_id: i64,
    pub workspace_id: String,
    pub full_name: String,
    pub private: bool,
    pub default_branch: Option<String>,
    pub state: String,
    pub compared: i64,
    pub compared_whole: i64,
    pub run_number: i64,
    pub reader: i32,
    pub ignored: Value,
    pub created_at: NaiveDateTime,
    pub updated_at: NaiveDateTime,
}

#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = wants)]
pub(crate) struct NewWants {
    pub repository_id: i64,
    pub wanted: i64,
    pub wanted_whole: i64,
    pub attempts: i32,
    pub repair_attempts: i32,
    pub urgent: bool,
    pub look_at: NaiveDateTime,
}

/// The repository's row as plans and stores read it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = repositories)]
pub struct Repository {
    pub id: i64,
    pub installation_id: i64,
    pub workspace_id: String,
    pub full_name: String,
    pub private: bool,
    pub tracked_branch: Option<String>,
    pub default_branch: Option<String>,
    pub archived: bool,
    pub state: String,
    pub branch: Option<String>,
    pub head: Option<String>,
    pub whole_head: Option<String>,
    pub compared: i64,
    pub compared_whole: i64,
    pub run_number: i64,
    pub reader: i32,
    pub settings: Option<Value>,
    pub own_settings: Option<Value>,
    pub settings_blob: Option<String>,
}

impl Repository {
    /// What is in force by its owner's settings.
    pub fn in_force(&self) -> Settings {
        Settings::stored(self.settings.as_ref())
    }

    /// Whether `commit` on `branch` was compared last, as a whole, and by the reader that this process has.
    pub fn is_compared_at(&self, commit: &str, branch: &str) -> bool {
        self.reader == READER_VERSION
            && self.head.as_deref() == Some(commit)
            && self.whole_head.as_deref() == Some(commit)
            // The same commit under another branch's name is no news, but the definitions say which branch they are of.
            && self.branch.as_deref() == Some(branch)
    }
}
