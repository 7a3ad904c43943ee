use super::write::Written;
use super::{Conn, audit, dialect, jobs, workspaces as workspace_rows};
use crate::model::{Actor, DefinitionId, Kind, Location, Source, WorkspaceId};
use crate::plan::comparison::Changed;
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::edits::{Refusal, Target};
use crate::store::held::{Held, News};
use crate::store::rows::definition::DefinitionRow;
use crate::store::rows::edit::EditRow;
use crate::store::schema::{definitions, edits};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;
use std::collections::BTreeSet;

/// A transaction of the API over one workspace: everything is locked that its writes may touch.
pub(crate) struct Desk<'a> {
    pub workspace: &'a str,
    actor: &'a Actor,
    /// As the history calls who writes.
    pub by: String,
    repositories: BTreeSet<i64>,
    pub now: NaiveDateTime,
}

impl<'a> Desk<'a> {
    /// `None` if there is no such workspace.
    pub(crate) async fn open(
        conn: &mut Conn,
        workspace: &'a str,
        actor: &'a Actor,
    ) -> Result<Option<Self>, StoreError> {
        let Some(members) = workspace_rows::hold(conn, workspace).await? else {
            return Ok(None);
        };
        let now = dialect::now(conn).await?;
        Ok(Some(Self { workspace, actor, by: actor.to_string(), repositories: members.into_iter().collect(), now }))
    }

    /// Settles names and references with what was written (rule 7).
    pub(crate) async fn close(self, conn: &mut Conn) -> Result<Changed, StoreError> {
        let revision = jobs::settle(conn, self.workspace).await?;
        Ok(Changed { workspace: WorkspaceId::from_text(self.workspace), revision })
    }

    pub(super) async fn note(
        &self,
        conn: &mut Conn,
        action: &'static str,
        target: &str,
        details: Value,
    ) -> Result<(), StoreError> {
        let deed = Deed { actor: self.actor, workspace: Some(self.workspace), action, target, details };
        audit::note(conn, deed).await
    }

    pub(super) async fn write(&self, conn: &mut Conn, held: Held, news: News, is_new: bool) -> Result<(), StoreError> {
        let mut written = Written::default();
        written.add(held, news, is_new);
        written.write(conn).await
    }

    /// By id, or by name the one that has it; `hidden` ones too, behind those that are served.
    pub(super) async fn find(
        &self,
        conn: &mut Conn,
        target: &Target,
        hidden: bool,
    ) -> Result<Result<Held, Refusal>, StoreError> {
        if target.name_or_id.contains('\0') {
            return Ok(Err(Refusal::NoDefinition));
        }
        let is_id = || definitions::id.eq(target.name_or_id.clone());
        let served = definitions::deleted_at.is_null();
        let found: Option<(DefinitionRow, Option<EditRow>)> = definitions::table
            .left_join(edits::table.on(edits::definition_id.eq(definitions::id)))
            .filter(definitions::workspace_id.eq(self.workspace))
            .filter(definitions::kind.eq(target.kind.as_str()))
            .filter(is_id().or(definitions::name.eq(target.name_or_id.clone())))
            .filter(served.nullable().or(edits::hidden.nullable().eq(hidden)))
            .order((
                is_id().desc(),
                definitions::deleted_at.is_not_null(),
                definitions::conflict.is_not_null(),
                definitions::error.is_not_null(),
                definitions::depth,
                definitions::path,
            ))
            .select((DefinitionRow::as_select(), Option::<EditRow>::as_select()))
            .first(conn)
            .await
            .optional()?;
        let Some((row, edit)) = found.filter(|(row, _)| hidden || row.deleted_at.is_none()) else {
            return Ok(Err(Refusal::NoDefinition));
        };
        let is_as_expected = |row: &DefinitionRow| {
            let expected = target.expected.as_ref();
            expected
                .is_none_or(|seen| seen.version == row.version && seen.updated_at.is_none_or(|at| at == row.updated_at))
        };
        // A repository that was linked to the workspace meanwhile is not locked.
        let is_locked = row.repository_id.is_none_or(|id| self.repositories.contains(&id));
        if !is_locked || !is_as_expected(&row) {
            return Ok(Err(Refusal::Stale));
        }
        Ok(Ok(Held::stored(row, edit)))
    }

    pub(super) async fn name_taken(
        &self,
        conn: &mut Conn,
        kind: Kind,
        name: &str,
    ) -> Result<Option<Refusal>, StoreError> {
        let named =
            local_in(self.workspace).filter(definitions::kind.eq(kind.as_str())).filter(definitions::name.eq(name));
        let by: Option<String> = named.first(conn).await.optional()?;
        Ok(by.map(|by| taken("name", name, by)))
    }

    pub(super) async fn path_taken(&self, conn: &mut Conn, location: &Location) -> Result<Option<Refusal>, StoreError> {
        let there = local_in(self.workspace)
            .filter(definitions::repository_id.is_null())
            .filter(definitions::path.eq(&location.path));
        let by: Option<String> = there.first(conn).await.optional()?;
        Ok(by.map(|by| taken("path", &location.path, by)))
    }
}

fn taken(field: &'static str, value: &str, by: String) -> Refusal {
    Refusal::Taken { field, value: value.to_owned(), by: DefinitionId::from_text(by) }
}

/// The ids of what people made.
#[diesel::dsl::auto_type(no_type_alias)]
fn local_in(workspace: &str) -> _ {
    let workspace: String = workspace.to_owned();
    let local: &'static str = Source::Local.as_str();
    definitions::table
        .filter(definitions::workspace_id.eq(workspace))
        .filter(definitions::source.eq(local))
        .filter(definitions::deleted_at.is_null())
        .select(definitions::id)
}
