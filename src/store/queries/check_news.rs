use super::{Conn, nodes};
use crate::model::{Diagnostic, Kind, Reference, ReferenceKind, Severity};
use crate::parse::READER_VERSION;
use crate::resolve;
use crate::settings;
use crate::store::StoreError;
use crate::store::rows::check::CheckRow;
use crate::store::rows::repository::Repository;
use crate::store::schema::{definition_references, definitions, edits, repositories, sync_queue, told_definitions};
use crate::tell::{Change, Counts, Finding, How, News, Subject, Unread};
use chrono::NaiveDateTime;
use diesel::dsl::{count_star, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many ids one statement names.
const AT_ONCE: usize = 5000;

/// A definition that is other than it was told, or in trouble.
#[derive(Debug, Queryable)]
struct Row {
    id: String,
    kind: String,
    name: String,
    path: Option<String>,
    deleted_at: Option<NaiveDateTime>,
    blob: Option<String>,
    diagnostics: Value,
    conflict: Option<Value>,
    seen: Option<String>,
    error: Option<String>,
    /// What was told of it last was a version, and so good.
    was_good: bool,
    told: Option<Told>,
}

#[derive(Debug, Queryable)]
struct Told {
    path: Option<String>,
    blob: Option<String>,
    reader: i32,
}

/// What there is to be told of the repository as it stands. What it says of definitions is noted under the check.
pub(super) async fn of_head(conn: &mut Conn, repository: &Repository, check: &CheckRow) -> Result<News, StoreError> {
    let mut rows = other_than_told(conn, repository.id).await?;
    note(conn, repository.id, &check.id, &rows).await?;
    rows.retain(|row| row.how().is_some());
    let changed: BTreeSet<String> = rows.iter().map(|row| row.id.clone()).collect();
    let changes: Vec<Change> = rows.iter().filter_map(Row::change).collect();
    let left: BTreeSet<Left> = rows.iter().flat_map(Row::left).collect();
    let mut findings: Vec<Finding> =
        rows.iter().filter(|row| row.deleted_at.is_none()).flat_map(|row| row.findings(true)).collect();
    let troubled = in_trouble(conn, repository.id).await?;
    findings.extend(troubled.iter().filter(|row| !changed.contains(&row.id)).flat_map(|row| row.findings(false)));
    findings.extend(missing(conn, repository.id, &changed, &left).await?);
    findings.extend(of_settings(conn, repository, check.asked_again).await?);
    Ok(News {
        subject: Subject::Head { commit: check.head_sha.clone(), branch: repository.branch.clone() },
        changes,
        findings,
        unread: unread(conn, repository.id).await?,
        counts: counts(conn, repository.id).await?,
        strictness: repository.in_force().strictness(),
    })
}

/// What is wrong with the owner's settings, if the commit has the file that counts.
async fn of_settings(conn: &mut Conn, repository: &Repository, fresh: bool) -> Result<Vec<Finding>, StoreError> {
    if repository.branch != repository.default_branch {
        return Ok(vec![]);
    }
    let problems: Option<Value> =
        repositories::table.find(repository.id).select(repositories::settings_problems).first(conn).await?;
    let mut all: Vec<Diagnostic> = problems.and_then(|all| serde_json::from_value(all).ok()).unwrap_or_default();
    all.retain(|found| fresh || found.severity == Severity::Error);
    let finding = |diagnostic| Finding { path: settings::FILE.to_owned(), fresh, diagnostic };
    Ok(all.into_iter().map(finding).collect())
}

/// Everything that the repository's definitions are by now, beside what was told of them last.
#[diesel::dsl::auto_type(no_type_alias)]
fn with_told(repository: i64) -> _ {
    let was_good: SqlLiteral<Bool> = sql("EXISTS (SELECT 1 FROM definition_versions \
        WHERE definition_versions.definition_id = definitions.id AND definition_versions.blob = told_definitions.blob)");
    let told = told_definitions::definition_id.eq(definitions::id).and(told_definitions::told_by.eq(""));
    definitions::table
        .left_join(told_definitions::table.on(told))
        .filter(definitions::repository_id.eq(repository))
        .filter(definitions::source.eq("github"))
        .select((
            definitions::id,
            definitions::kind,
            definitions::name,
            definitions::path,
            definitions::deleted_at,
            definitions::blob,
            definitions::diagnostics,
            definitions::conflict,
            definitions::seen,
            definitions::error,
            was_good,
            (told_definitions::path, told_definitions::blob, told_definitions::reader).nullable(),
        ))
}

async fn other_than_told(conn: &mut Conn, repository: i64) -> Result<Vec<Row>, StoreError> {
    let untold = told_definitions::definition_id.nullable().is_null();
    let other = told_definitions::path
        .nullable()
        .ne(definitions::path)
        .or(told_definitions::blob.nullable().ne(definitions::blob))
        .or(told_definitions::seen.nullable().ne(definitions::seen));
    let news = (definitions::deleted_at.is_null().and(untold.or(other)))
        .or(definitions::deleted_at.is_not_null().and(told_definitions::definition_id.nullable().is_not_null()));
    // Hidden over the API: git has it still.
    let hidden = edits::table.filter(edits::hidden).select(edits::definition_id);
    Ok(with_told(repository).filter(news).filter(definitions::id.ne_all(hidden)).load(conn).await?)
}

async fn in_trouble(conn: &mut Conn, repository: i64) -> Result<Vec<Row>, StoreError> {
    Ok(with_told(repository)
        .filter(definitions::deleted_at.is_null())
        .filter(definitions::status.eq_any(["error", "conflict"]))
        .load(conn)
        .await?)
}

/// Under the check, until GitHub has it.
async fn note(conn: &mut Conn, repository: i64, check: &str, rows: &[Row]) -> Result<(), StoreError> {
    let columns = || {
        (
            told_definitions::definition_id,
            told_definitions::told_by,
            told_definitions::repository_id,
            told_definitions::path,
            told_definitions::blob,
            told_definitions::seen,
            told_definitions::reader,
        )
    };
    let (live, gone): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(|row| row.deleted_at.is_none());
    let ids = |rows: &[&Row]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
    for some in live.chunks(AT_ONCE) {
        let as_they_are = definitions::table.filter(definitions::id.eq_any(ids(some))).select((
            definitions::id,
            check.into_sql::<Text>(),
            repository.into_sql::<BigInt>(),
            definitions::path,
            definitions::blob,
            definitions::seen,
            READER_VERSION.into_sql::<Integer>(),
        ));
        diesel::insert_into(told_definitions::table).values(as_they_are).into_columns(columns()).execute(conn).await?;
    }
    for some in gone.chunks(AT_ONCE) {
        let as_gone = definitions::table.filter(definitions::id.eq_any(ids(some))).select((
            definitions::id,
            check.into_sql::<Text>(),
            repository.into_sql::<BigInt>(),
            definitions::path,
            definitions::blob,
            None::<String>.into_sql::<Nullable<Text>>(),
            READER_VERSION.into_sql::<Integer>(),
        ));
        diesel::insert_into(told_definitions::table).values(as_gone).into_columns(columns()).execute(conn).await?;
    }
    Ok(())
}

/// What references may have named and is not there any more.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Left {
    /// Of a file. With a skill goes its folder.
    Path(String),
    Name {
        kind: String,
        name: String,
    },
}

impl Left {
    fn was(&self, target_kind: Option<&str>, target: &str) -> bool {
        match self {
            Self::Path(path) => path == target || path.strip_suffix("/SKILL.md") == Some(target),
            Self::Name { kind, name } => name == target && target_kind.is_none_or(|meant| meant == kind),
        }
    }
}

impl Row {
    fn path(&self) -> String {
        self.path.clone().unwrap_or_default()
    }

    /// Nothing, where only the reader is another one than before.
    fn how(&self) -> Option<How> {
        let Some(told) = &self.told else {
            return Some(How::Added);
        };
        if self.deleted_at.is_some() {
            return Some(How::Removed);
        }
        if told.path != self.path {
            return Some(How::Moved { from: told.path.clone().unwrap_or_default() });
        }
        (told.blob != self.blob || told.reader == READER_VERSION).then_some(How::Changed)
    }

    /// A file that breaks loses the name that is written in it, and one that is mended that of its file.
    fn left(&self) -> Vec<Left> {
        let own = || Left::Name { kind: self.kind.clone(), name: self.name.clone() };
        let by_file = || {
            let name = nodes::file_name(self.path.as_deref(), self.seen.as_deref().unwrap_or_default())?;
            Some(Left::Name { kind: self.kind.clone(), name })
        };
        let is_good = self.error.is_none();
        match self.how() {
            Some(How::Moved { from }) => vec![Left::Path(from)],
            Some(How::Removed) => {
                let name = if is_good { Some(own()) } else { by_file() };
                std::iter::once(Left::Path(self.path())).chain(name).collect()
            }
            Some(How::Changed) if self.was_good && !is_good => vec![own()],
            Some(How::Changed) if !self.was_good && is_good => by_file().into_iter().collect(),
            Some(How::Changed | How::Added) | None => vec![],
        }
    }

    fn change(&self) -> Option<Change> {
        let kind = Kind::from_text(&self.kind)?;
        Some(Change { how: self.how()?, kind, path: self.path(), name: self.name.clone() })
    }

    /// Of a file that did not change, only why it is in trouble.
    fn findings(&self, fresh: bool) -> Vec<Finding> {
        let mut all: Vec<Diagnostic> = serde_json::from_value(self.diagnostics.clone()).unwrap_or_default();
        all.retain(|found| fresh || found.severity == Severity::Error);
        // Behind a broken text stands the name of an older one.
        let is_broken = all.iter().any(|found| found.severity == Severity::Error);
        let winner = self.conflict.as_ref().filter(|conflict| !is_broken && conflict["type"] == "name");
        if let (Some(winner), Some(kind)) = (winner.and_then(|one| one["path"].as_str()), Kind::from_text(&self.kind)) {
            all.push(resolve::name_conflict(kind, &self.name, winner));
        }
        all.into_iter().map(|diagnostic| Finding { path: self.path(), fresh, diagnostic }).collect()
    }
}

/// References that lead nowhere: those that changed files say, and those that named what has left its place.
async fn missing(
    conn: &mut Conn,
    repository: i64,
    changed: &BTreeSet<String>,
    left: &BTreeSet<Left>,
) -> Result<Vec<Finding>, StoreError> {
    let meant: Vec<&str> =
        [ReferenceKind::Explicit, ReferenceKind::Link].into_iter().map(ReferenceKind::as_str).collect();
    let rows: Vec<(String, Option<String>, String, Option<String>, String, i32)> = definition_references::table
        .inner_join(definitions::table.on(definitions::id.eq(definition_references::definition_id)))
        .filter(definitions::repository_id.eq(repository))
        .filter(definitions::source.eq("github"))
        .filter(definitions::deleted_at.is_null())
        // A broken one's are those of an older text.
        .filter(definitions::error.is_null())
        .filter(definition_references::resolved_id.is_null())
        .filter(definition_references::reference_kind.eq_any(meant))
        .select((
            definitions::id,
            definitions::path,
            definition_references::reference_kind,
            definition_references::target_kind,
            definition_references::target,
            definition_references::line,
        ))
        .load(conn)
        .await?;
    let mut findings = Vec::new();
    for (id, path, kind, target_kind, target, line) in rows {
        let fresh = changed.contains(&id);
        if !fresh && !left.iter().any(|left| left.was(target_kind.as_deref(), target.trim_end_matches('/'))) {
            continue;
        }
        let Some(kind) = ReferenceKind::from_text(&kind) else { continue };
        let target_kind = target_kind.as_deref().and_then(Kind::from_text);
        let line = u32::try_from(line).unwrap_or(1);
        let diagnostic = resolve::missing(&Reference { kind, target_kind, target, line });
        findings.push(Finding { path: path.unwrap_or_default(), fresh, diagnostic });
    }
    Ok(findings)
}

async fn unread(conn: &mut Conn, repository: i64) -> Result<Vec<Unread>, StoreError> {
    let rows: Vec<(String, Option<String>)> = sync_queue::table
        .filter(sync_queue::repository_id.eq(repository))
        .filter(sync_queue::status.eq("failed"))
        .order(sync_queue::path)
        .select((sync_queue::path, sync_queue::error))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(path, reason)| Unread { path, reason: reason.unwrap_or_default() }).collect())
}

async fn counts(conn: &mut Conn, repository: i64) -> Result<Counts, StoreError> {
    let rows: Vec<(String, i64)> = definitions::table
        .filter(definitions::repository_id.eq(repository))
        .filter(definitions::deleted_at.is_null())
        .group_by(definitions::status)
        .select((definitions::status, count_star()))
        .load(conn)
        .await?;
    let by_status: BTreeMap<String, i64> = rows.into_iter().collect();
    Ok(Counts { all: by_status.values().sum(), synced: by_status.get("synced").copied().unwrap_or_default() })
}
