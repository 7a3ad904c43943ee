use super::write::Written;
use super::{Conn, audit, dialect, jobs};
use crate::model::{Actor, BlobSha, DefinitionId, Kind, Location, Parsed, Preference, Side, Source, WorkspaceId};
use crate::plan::comparison::Changed;
use crate::plan::digest;
use crate::store::StoreError;
use crate::store::audit::Deed;
use crate::store::edits::{At, Done, Edit, Outcome, Refusal, Target};
use crate::store::held::{Found, Held, Home, News};
use crate::store::rows::definition::DefinitionRow;
use crate::store::rows::edit::EditRow;
use crate::store::schema::{definition_versions, definitions, edits, repositories, workspaces};
use chrono::NaiveDateTime;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// A transaction of the API over one workspace: everything is locked that its writes may touch.
pub(crate) struct Desk<'a> {
    workspace: &'a str,
    actor: &'a Actor,
    by: String,
    repositories: BTreeSet<i64>,
    now: NaiveDateTime,
}

impl<'a> Desk<'a> {
    /// Locks the repositories of the workspace by their ids, then the workspace. `None` if there is no such workspace.
    pub(crate) async fn open(
        conn: &mut Conn,
        workspace: &'a str,
        actor: &'a Actor,
    ) -> Result<Option<Self>, StoreError> {
        let members: Vec<i64> = repositories::table
            .filter(repositories::workspace_id.eq(workspace))
            .order(repositories::id)
            .select(repositories::id)
            .load(conn)
            .await?;
        for id in &members {
            dialect::lock_repository(conn, *id).await?;
        }
        dialect::lock_workspace(conn, workspace).await?;
        if super::workspaces::revision(conn, workspace).await?.is_none() {
            return Ok(None);
        }
        let now = dialect::now(conn).await?;
        Ok(Some(Self { workspace, actor, by: actor.to_string(), repositories: members.into_iter().collect(), now }))
    }

    /// Settles names and references with what was written (rule 7).
    pub(crate) async fn close(self, conn: &mut Conn) -> Result<Changed, StoreError> {
        let revision = jobs::settle(conn, self.workspace).await?;
        Ok(Changed { workspace: WorkspaceId::from_text(self.workspace), revision })
    }

    /// Writes, or leaves everything as it is.
    pub(crate) async fn apply(&self, conn: &mut Conn, edit: &Edit) -> Result<Outcome, StoreError> {
        let outcome = self.carry_out(conn, edit).await?;
        if let Ok(done) = &outcome
            && done.changed
        {
            self.note(conn, edit.action(), done.id.as_str(), edit.details(done)).await?;
        }
        Ok(outcome)
    }

    async fn note(
        &self,
        conn: &mut Conn,
        action: &'static str,
        target: &str,
        details: Value,
    ) -> Result<(), StoreError> {
        let deed = Deed { actor: self.actor, workspace: Some(self.workspace), action, target, details };
        audit::note(conn, deed).await
    }

    async fn carry_out(&self, conn: &mut Conn, edit: &Edit) -> Result<Outcome, StoreError> {
        match edit {
            Edit::Create { kind, at, content } => self.create(conn, *kind, at, content).await,
            Edit::Update { target, content } => self.update(conn, target, content).await,
            Edit::Revert { target, version } => self.revert(conn, target, *version).await,
            Edit::Delete { target } => self.delete(conn, target).await,
            Edit::Resolve { target, take, blob } => self.resolve(conn, target, *take, blob.as_deref()).await,
        }
    }

    async fn create(&self, conn: &mut Conn, kind: Kind, at: &At, content: &str) -> Result<Outcome, StoreError> {
        let location = match at {
            At::Name(name) => Location::named(kind, name),
            At::Path(location) => location.clone(),
        };
        let parsed = crate::parse::parse(&location, content.as_bytes(), &[]);
        if parsed.error().is_some() {
            return Ok(Err(Refusal::Broken(parsed.diagnostics)));
        }
        if let At::Name(given) = at
            && *given != parsed.name
        {
            return Ok(Err(Refusal::OtherName { given: given.clone(), read: parsed.name }));
        }
        if let At::Path(location) = at
            && let Some(taken) = self.path_taken(conn, location).await?
        {
            return Ok(Err(taken));
        }
        if let Some(taken) = self.name_taken(conn, kind, &parsed.name).await? {
            return Ok(Err(taken));
        }
        let (held, news) = self.born(at, &location, &parsed);
        let done = done(&held, true);
        self.write(conn, held, news, true).await?;
        Ok(Ok(done))
    }

    fn born(&self, at: &At, location: &Location, parsed: &Parsed) -> (Held, News) {
        let home = Home {
            workspace: self.workspace,
            repository: None,
            source: Source::Local,
            by: &self.by,
            prefers: Preference::Ask,
        };
        let blob = BlobSha::of_bytes(parsed.content.as_bytes());
        let file = Found {
            location,
            parsed,
            blob: blob.as_str(),
            seen: &digest(blob.as_str(), &[]),
            size: i64::try_from(parsed.content.len()).unwrap_or(i64::MAX),
            commit: None,
            branch: None,
        };
        let mut held = Held::blank(home, file, self.now);
        let mut news = held.take_file(home, file, self.now);
        held.row.synced_at = None;
        if matches!(at, At::Name(_)) {
            held.row.path = None;
            held.row.depth = 0;
            news.version.iter_mut().for_each(|version| version.path = None);
        }
        (held, news)
    }

    async fn update(&self, conn: &mut Conn, target: &Target, content: &str) -> Result<Outcome, StoreError> {
        match self.find(conn, target, false).await? {
            Ok(held) => self.take_text(conn, held, content).await,
            Err(refusal) => Ok(Err(refusal)),
        }
    }

    async fn revert(&self, conn: &mut Conn, target: &Target, version: i32) -> Result<Outcome, StoreError> {
        let held = match self.find(conn, target, true).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let content: Option<String> = definition_versions::table
            .find((&held.row.id, version))
            .select(definition_versions::content)
            .first(conn)
            .await
            .optional()?;
        match content {
            Some(content) => self.take_text(conn, held, &content).await,
            None => Ok(Err(Refusal::NoVersion)),
        }
    }

    async fn take_text(&self, conn: &mut Conn, mut held: Held, content: &str) -> Result<Outcome, StoreError> {
        let Some(parsed) = held.read(content) else {
            let value = held.row.path.unwrap_or(held.row.id);
            return Err(StoreError::Unreadable { table: "definitions", value });
        };
        if parsed.error().is_some() {
            return Ok(Err(Refusal::Broken(parsed.diagnostics)));
        }
        let renamed = parsed.name != held.row.name && !held.is_from_github();
        if renamed && let Some(taken) = self.name_taken(conn, parsed.kind, &parsed.name).await? {
            return Ok(Err(taken));
        }
        let Some(news) = held.take_text(&parsed, &self.by, self.now) else {
            return Ok(Ok(done(&held, false)));
        };
        let done = done(&held, true);
        self.write(conn, held, news, false).await?;
        Ok(Ok(done))
    }

    async fn delete(&self, conn: &mut Conn, target: &Target) -> Result<Outcome, StoreError> {
        let mut held = match self.find(conn, target, false).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let news = held.delete(&self.by, self.now);
        let done = done(&held, true);
        self.write(conn, held, news, false).await?;
        Ok(Ok(done))
    }

    async fn resolve(
        &self,
        conn: &mut Conn,
        target: &Target,
        take: Side,
        blob: Option<&str>,
    ) -> Result<Outcome, StoreError> {
        let mut held = match self.find(conn, target, false).await? {
            Ok(held) => held,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if !held.is_at_odds() {
            return Ok(Err(Refusal::NoConflict));
        }
        if held.row.blob.as_deref() != blob {
            return Ok(Err(Refusal::MovedOn { blob: held.row.blob }));
        }
        let news = held.take_side(take, &self.by, self.now);
        let done = done(&held, true);
        self.write(conn, held, news, false).await?;
        Ok(Ok(done))
    }

    async fn write(&self, conn: &mut Conn, held: Held, news: News, is_new: bool) -> Result<(), StoreError> {
        let mut written = Written::default();
        written.add(held, news, is_new);
        written.write(conn).await
    }

    /// By id, or by name the one that has it; `hidden` ones too, behind those that are served.
    async fn find(&self, conn: &mut Conn, target: &Target, hidden: bool) -> Result<Result<Held, Refusal>, StoreError> {
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

    async fn name_taken(&self, conn: &mut Conn, kind: Kind, name: &str) -> Result<Option<Refusal>, StoreError> {
        let by: Option<String> = definitions::table
            .filter(definitions::workspace_id.eq(self.workspace))
            .filter(definitions::kind.eq(kind.as_str()))
            .filter(definitions::name.eq(name))
            .filter(definitions::source.eq(Source::Local.as_str()))
            .filter(definitions::deleted_at.is_null())
            .select(definitions::id)
            .first(conn)
            .await
            .optional()?;
        Ok(by.map(|by| taken("name", name, by)))
    }

    async fn path_taken(&self, conn: &mut Conn, location: &Location) -> Result<Option<Refusal>, StoreError> {
        let by: Option<String> = definitions::table
            .filter(definitions::workspace_id.eq(self.workspace))
            .filter(definitions::repository_id.is_null())
            .filter(definitions::path.eq(&location.path))
            .filter(definitions::source.eq(Source::Local.as_str()))
            .filter(definitions::deleted_at.is_null())
            .select(definitions::id)
            .first(conn)
            .await
            .optional()?;
        Ok(by.map(|by| taken("path", &location.path, by)))
    }
}

fn taken(field: &'static str, value: &str, by: String) -> Refusal {
    Refusal::Taken { field, value: value.to_owned(), by: DefinitionId::from_text(by) }
}

fn done(held: &Held, changed: bool) -> Done {
    Done { id: held.id(), name: held.row.name.clone(), version: held.row.version, changed }
}

pub(crate) async fn one(
    conn: &mut Conn,
    workspace: &str,
    actor: &Actor,
    edit: &Edit,
) -> Result<(Outcome, Option<Changed>), StoreError> {
    let Some(desk) = Desk::open(conn, workspace, actor).await? else {
        return Ok((Err(Refusal::NoWorkspace), None));
    };
    let outcome = desk.apply(conn, edit).await?;
    let changed = match &outcome {
        Ok(done) if done.changed => Some(desk.close(conn).await?),
        _ => None,
    };
    Ok((outcome, changed))
}

pub(crate) async fn prefer(
    conn: &mut Conn,
    workspace: &str,
    actor: &Actor,
    preference: Preference,
) -> Result<Option<Changed>, StoreError> {
    let Some(desk) = Desk::open(conn, workspace, actor).await? else {
        return Ok(None);
    };
    diesel::update(workspaces::table.find(workspace))
        .set(workspaces::prefers.eq(preference.as_str()))
        .execute(conn)
        .await?;
    if let Preference::Take(side) = preference {
        let mut written = Written::default();
        for mut held in edited(conn, workspace).await?.into_iter().filter(Held::is_at_odds) {
            let news = held.take_side(side, &desk.by, desk.now);
            written.add(held, news, false);
        }
        written.write(conn).await?;
    }
    desk.note(conn, "workspace.prefer", workspace, json!({"prefers": preference.as_str()})).await?;
    Ok(Some(desk.close(conn).await?))
}

/// What the workspace wants done about conflicts of edits.
pub(crate) async fn preference(conn: &mut Conn, workspace: &str) -> Result<Preference, StoreError> {
    let text: String = workspaces::table.find(workspace).select(workspaces::prefers).first(conn).await?;
    Preference::from_text(&text).ok_or(StoreError::Unreadable { table: "workspaces", value: text })
}

async fn edited(conn: &mut Conn, workspace: &str) -> Result<Vec<Held>, StoreError> {
    let rows: Vec<(DefinitionRow, EditRow)> = definitions::table
        .inner_join(edits::table.on(edits::definition_id.eq(definitions::id)))
        .filter(definitions::workspace_id.eq(workspace))
        .filter(definitions::deleted_at.is_null())
        .select((DefinitionRow::as_select(), EditRow::as_select()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(row, edit)| Held::stored(row, Some(edit))).collect())
}

/// These rows with what was done to them over the API.
pub(crate) async fn with_edits(conn: &mut Conn, rows: Vec<DefinitionRow>) -> Result<Vec<Held>, StoreError> {
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let found: Vec<EditRow> =
        edits::table.filter(edits::definition_id.eq_any(ids)).select(EditRow::as_select()).load(conn).await?;
    let mut found: HashMap<String, EditRow> =
        found.into_iter().map(|edit| (edit.definition_id.clone(), edit)).collect();
    let held = rows.into_iter().map(|row| {
        let edit = found.remove(&row.id);
        Held::stored(row, edit)
    });
    Ok(held.collect())
}
