//! What was done, when and by whom. Entries are written by the transaction that does it: see `queries/audit.rs`.

use super::catalog::Page;
use super::rows::audit::AuditRow;
use super::{Store, StoreError};
use crate::model::{Actor, WorkspaceId};
use chrono::NaiveDateTime;
use serde_json::Value;

/// Something that is done.
#[derive(Clone, Debug)]
pub(crate) struct Deed<'a> {
    pub actor: &'a Actor,
    /// `None` for what concerns no workspace.
    pub workspace: Option<&'a str>,
    /// Noun and verb: `token.create`.
    pub action: &'static str,
    /// The id or name of what it is done to.
    pub target: &'a str,
    /// Never a secret, never a whole text.
    pub details: Value,
}

/// Which entries are listed.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    pub workspace: Option<WorkspaceId>,
    pub actor: Option<String>,
    pub action: Option<String>,
    pub since: Option<NaiveDateTime>,
}

impl Store {
    /// Newest first.
    pub async fn audit(&self, filter: &AuditFilter, page: Page) -> Result<(Vec<AuditRow>, i64), StoreError> {
        snapshot!(self, audit::list(filter, page))
    }
}
