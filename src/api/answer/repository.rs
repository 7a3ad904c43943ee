//! Repositories, as their workspace lists them.

use super::Sample;
use crate::store::workspaces;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Repository)]
pub(in crate::api) struct Member<'a> {
    /// GitHub's number: it stays when the name changes.
    pub id: i64,
    pub full_name: &'a str,
    /// `active`, or why GitHub does not show it to us.
    pub state: &'a str,
}

impl<'a> Member<'a> {
    pub(in crate::api) fn of(row: &'a workspaces::Member) -> Self {
        Self { id: row.id.0, full_name: &row.full_name, state: &row.state }
    }
}

impl Sample for Member<'static> {
    fn sample() -> Self {
        Self { id: 1, full_name: "octo/repo", state: "active" }
    }
}
