//! What a repository is owed, as a planner takes it up.

use super::repository::Repository;
use crate::model::{DeliveryId, Reach};
use crate::settings::Settings;
use chrono::NaiveDateTime;
use std::collections::BTreeSet;

#[derive(Clone, Debug)]
pub struct Debt {
    pub repository: Repository,
    /// Read before anything else (rule 2).
    pub wanted: i64,
    pub wanted_whole: i64,
    /// The part of it that pushes caused.
    pub wanted_push: i64,
    /// How often planning failed since it last went well.
    pub attempts: i32,
    /// A person asked for it.
    pub urgent: bool,
    /// What the organisation says for all of its repositories.
    pub organisation: Settings,
    /// `.cursor` folders that hold something of ours, or that pushes named.
    pub folders: BTreeSet<String>,
    /// The newest delivery about the repository.
    pub delivery: Option<DeliveryId>,
    /// The database's clock before anything was read from GitHub.
    pub now: NaiveDateTime,
}

impl Debt {
    pub fn is_paid(&self) -> bool {
        self.wanted <= self.repository.compared
    }

    /// A push is among what is not paid yet.
    pub fn has_push(&self) -> bool {
        self.wanted_push > self.repository.compared
    }

    /// Only the whole tree will do.
    pub fn needs_whole(&self) -> bool {
        self.wanted_whole > self.repository.compared_whole
            || self.repository.whole_head.is_none()
            || self.repository.in_force().reach() != Reach::Cursor
    }
}
