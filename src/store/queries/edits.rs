use super::Conn;
use super::desk::Desk;
use crate::model::{Actor, BlobSha, Kind, Location, Parsed, Preference, Side, Source};
use crate::plan::comparison::Changed;
use crate::plan::digest;
use crate::store::StoreError;
use crate::store::edits::{At, Done, Edit, Outcome, Refusal, Target};
use crate::store::held::{Found, Held, Home, News};
use crate::store::schema::definition_versions;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

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

impl Desk<'_> {
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
            seen: &digest(location, blob.as_str(), &[]),
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
}

fn done(held: &Held, changed: bool) -> Done {
    Done { id: held.id(), name: held.row.name.clone(), version: held.row.version, changed }
}
