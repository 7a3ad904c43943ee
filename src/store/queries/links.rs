use super::Conn;
use super::nodes::{NodeRow, file_name, live_in, node, seen_if_broken};
use crate::model::{Kind, Reference, ReferenceKind, RepositoryId};
use crate::resolve::{Called, Node, Targets};
use crate::store::StoreError;
use crate::store::events::Stale;
use crate::store::schema::{definition_references, definitions, repositories, sync_queue, unsettled_links};
use diesel::dsl::{exists, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use std::collections::{BTreeMap, BTreeSet};

/// How many texts one statement names: PostgreSQL takes 65,535 parameters, SQLite 32,766.
const AT_ONCE: usize = 5000;
/// If more have changed, it is quicker to look at everything.
const FEW: usize = 1000;

/// References that mean the same, and lead to the same place so far. Whoever says them, their meaning changes together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Queryable)]
struct Said {
    repository: Option<i64>,
    reference_kind: String,
    target_kind: Option<String>,
    target: String,
    resolved: Option<String>,
}

/// A definition that came, changed, moved or went since links were last settled.
#[derive(Debug, Queryable)]
struct Due {
    id: String,
    kind: String,
    name: String,
    path: Option<String>,
    /// Of [`seen_if_broken`].
    seen: Option<String>,
}

/// Notes that these have changed, so that links are settled with them at the end of the run. A row that is there already is
/// written again, and so locked: who settles links right now for another repository of the workspace would delete it.
pub(crate) async fn owe(conn: &mut Conn, definitions: &[String]) -> Result<(), StoreError> {
    for ids in definitions.chunks(AT_ONCE) {
        let changed = definitions::table
            .filter(definitions::id.eq_any(ids.to_vec()))
            .select((definitions::id, definitions::workspace_id));
        diesel::insert_into(unsettled_links::table)
            .values(changed)
            .into_columns((unsettled_links::definition_id, unsettled_links::workspace_id))
            .on_conflict(unsettled_links::definition_id)
            .do_update()
            .set(unsettled_links::workspace_id.eq(excluded(unsettled_links::workspace_id)))
            .execute(conn)
            .await?;
    }
    Ok(())
}

/// Workspaces in which links wait to be settled, and no file that would bring it about.
pub(crate) async fn owing(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    let at_work = sync_queue::table
        .inner_join(repositories::table.on(repositories::id.eq(sync_queue::repository_id)))
        .filter(sync_queue::status.eq("pending"))
        .select(repositories::workspace_id);
    Ok(unsettled_links::table
        .filter(unsettled_links::workspace_id.ne_all(at_work))
        .select(unsettled_links::workspace_id)
        .distinct()
        .load(conn)
        .await?)
}

/// Who in the workspace refers to what came from this repository.
pub(super) async fn referring(conn: &mut Conn, workspace: &str, repository: i64) -> Result<Vec<String>, StoreError> {
    let own = definitions::table.filter(definitions::repository_id.eq(repository)).select(definitions::id);
    Ok(definition_references::table
        .filter(definition_references::workspace_id.eq(workspace))
        .filter(definition_references::resolved_id.eq_any(own.nullable()))
        .select(definition_references::definition_id)
        .distinct()
        .load(conn)
        .await?)
}

/// Settles what references mean, as far as definitions that changed since the last time have to do with them. Returns what is
/// shown otherwise by that, or by those changes.
pub(crate) async fn settle(conn: &mut Conn, workspace: &str) -> Result<Stale, StoreError> {
    let due: Vec<Due> = unsettled_links::table
        .filter(unsettled_links::workspace_id.eq(workspace))
        .inner_join(definitions::table.on(definitions::id.eq(unsettled_links::definition_id)))
        .select((definitions::id, definitions::kind, definitions::name, definitions::path, seen_if_broken()))
        .load(conn)
        .await?;
    if due.is_empty() {
        return Ok(Stale::default());
    }
    let kinds = due.iter().filter_map(|one| Kind::from_text(&one.kind)).collect();
    let relinked = if due.len() > FEW {
        settle_all(conn, workspace).await?
    } else {
        let said = affected(conn, workspace, &due).await?;
        let nodes = candidates(conn, workspace, &said).await?;
        relink(conn, workspace, said, &nodes).await?
    };
    // Whoever refers to something shows what is missing; which kinds those are is not worth a question.
    Ok(Stale { kinds, everything: relinked })
}

/// The same for everything that is said in the workspace. Returns whether a reference leads elsewhere now.
pub(crate) async fn settle_all(conn: &mut Conn, workspace: &str) -> Result<bool, StoreError> {
    let said: BTreeSet<Said> = said_in(workspace).load(conn).await?.into_iter().collect();
    let nodes: Vec<NodeRow> = live_in(workspace).load(conn).await?;
    let nodes: BTreeSet<Node> = nodes.into_iter().filter_map(node).collect();
    relink(conn, workspace, said, &nodes.into_iter().collect::<Vec<_>>()).await
}

async fn relink(conn: &mut Conn, workspace: &str, said: BTreeSet<Said>, nodes: &[Node]) -> Result<bool, StoreError> {
    let targets = Targets::of(nodes);
    let mut relinked = false;
    for said in said {
        let repository = said.repository.map(RepositoryId::new);
        let found = said.as_reference().and_then(|reference| nodes.get(targets.find(repository, &reference)?));
        let found = found.map(|node| node.id.as_str());
        if found != said.resolved.as_deref() {
            relinked |= lead(conn, workspace, &said, found).await?;
        }
    }
    let settled = unsettled_links::table.filter(unsettled_links::workspace_id.eq(workspace));
    diesel::delete(settled).execute(conn).await?;
    Ok(relinked)
}

/// Everything that is said by definitions that stand, each once.
#[diesel::dsl::auto_type(no_type_alias)]
fn said_in(workspace: &str) -> _ {
    let workspace: String = workspace.to_owned();
    definition_references::table
        .inner_join(definitions::table.on(definitions::id.eq(definition_references::definition_id)))
        .filter(definition_references::workspace_id.eq(workspace))
        .filter(definitions::deleted_at.is_null())
        .distinct()
        .select((
            definitions::repository_id,
            definition_references::reference_kind,
            definition_references::target_kind,
            definition_references::target,
            definition_references::resolved_id,
        ))
}

impl Said {
    fn as_reference(&self) -> Option<Reference> {
        Some(Reference {
            kind: ReferenceKind::from_text(&self.reference_kind)?,
            target_kind: self.target_kind.as_deref().and_then(Kind::from_text),
            target: self.target.clone(),
            line: 0,
        })
    }
}

/// What changed definitions say, what led to them, and what may lead to them by now.
async fn affected(conn: &mut Conn, workspace: &str, due: &[Due]) -> Result<BTreeSet<Said>, StoreError> {
    let all = || said_in(workspace);
    let mut said: BTreeSet<Said> = BTreeSet::new();
    for due in due.chunks(AT_ONCE) {
        let ids: Vec<&str> = due.iter().map(|one| one.id.as_str()).collect();
        let by_file: Vec<String> = due.iter().filter_map(Due::file_name).collect();
        let named = due.iter().flat_map(|one| one.path.as_deref().into_iter().chain([one.name.as_str()]));
        let named: Vec<&str> = named.chain(by_file.iter().map(String::as_str)).collect();
        let own = all().filter(definition_references::definition_id.eq_any(ids.clone()));
        said.extend(own.load::<Said>(conn).await?);
        said.extend(all().filter(definition_references::resolved_id.eq_any(ids)).load::<Said>(conn).await?);
        said.extend(all().filter(definition_references::target.eq_any(named)).load::<Said>(conn).await?);
    }
    for folder in due.iter().filter_map(Due::skill_folder) {
        // '0' is the character behind '/': everything that begins with "folder/", found by the index.
        let inside = all()
            .filter(definition_references::target.ge(folder))
            .filter(definition_references::target.lt(format!("{folder}0")));
        said.extend(inside.load::<Said>(conn).await?);
    }
    Ok(said)
}

impl Due {
    fn file_name(&self) -> Option<String> {
        file_name(self.path.as_deref(), self.seen.as_deref()?)
    }

    fn skill_folder(&self) -> Option<&str> {
        let path = self.path.as_deref().filter(|_| self.kind == Kind::Skill.as_str())?;
        path.rsplit_once('/').map(|(folder, _)| folder)
    }
}

/// All that these references can mean.
async fn candidates(conn: &mut Conn, workspace: &str, said: &BTreeSet<Said>) -> Result<Vec<Node>, StoreError> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut paths: BTreeMap<Option<i64>, BTreeSet<String>> = BTreeMap::new();
    for said in said {
        let target = said.target.trim_end_matches('/');
        if target.contains('/') {
            paths.entry(said.repository).or_default().extend(places(target));
        } else {
            names.insert(target);
        }
    }
    let mut nodes: BTreeSet<Node> = BTreeSet::new();
    for names in names.iter().copied().collect::<Vec<_>>().chunks(AT_ONCE) {
        // With the kinds, so that the index by name is of use.
        let found: Vec<NodeRow> = live_in(workspace)
            .filter(definitions::kind.eq_any(Kind::ALL.map(Kind::as_str)))
            .filter(definitions::name.eq_any(names.to_vec()))
            .load(conn)
            .await?;
        nodes.extend(found.into_iter().filter_map(node));
    }
    if !names.is_empty() {
        // As text, so that both databases see that their index of what is not in order holds all of these.
        let in_trouble = sql::<Bool>("definitions.status <> 'synced'");
        let broken: Vec<NodeRow> =
            live_in(workspace).filter(in_trouble).filter(definitions::status.eq("error")).load(conn).await?;
        let by_file = |node: &Node| matches!(&node.called, Called::ByFile(name) if names.contains(name.as_str()));
        nodes.extend(broken.into_iter().filter_map(node).filter(by_file));
    }
    for (repository, paths) in paths {
        for paths in paths.into_iter().collect::<Vec<_>>().chunks(AT_ONCE) {
            let at = live_in(workspace).filter(definitions::path.eq_any(paths.to_vec()));
            let found: Vec<NodeRow> = match repository {
                Some(repository) => at.filter(definitions::repository_id.eq(repository)).load(conn).await?,
                None => at.filter(definitions::repository_id.is_null()).load(conn).await?,
            };
            nodes.extend(found.into_iter().filter_map(node));
        }
    }
    Ok(nodes.into_iter().collect())
}

/// Where a path can lead: to the definition there, or to a skill above.
fn places(target: &str) -> impl Iterator<Item = String> {
    let above = std::iter::successors(Some(target), |path| path.rsplit_once('/').map(|(folder, _)| folder));
    std::iter::once(target.to_owned()).chain(above.map(|folder| format!("{folder}/SKILL.md")))
}

/// Writes down where these references lead; never to who says them. Returns whether any leads elsewhere by that.
async fn lead(conn: &mut Conn, workspace: &str, said: &Said, to: Option<&str>) -> Result<bool, StoreError> {
    let target = to.unwrap_or_default();
    let led = || sql::<Text>("coalesce(definition_references.resolved_id, '')");
    let others =
        these(workspace, said).filter(definition_references::definition_id.ne(target)).filter(led().ne(target));
    let mut relinked = diesel::update(others).set(definition_references::resolved_id.eq(to)).execute(conn).await?;
    if said.resolved.is_some() {
        // It may have meant another one, before it was itself called so.
        let own = these(workspace, said).filter(definition_references::definition_id.eq(target)).filter(led().ne(""));
        relinked +=
            diesel::update(own).set(definition_references::resolved_id.eq(None::<String>)).execute(conn).await?;
    }
    Ok(relinked > 0)
}

/// The references that say this, whoever says it.
#[diesel::dsl::auto_type(no_type_alias)]
fn these(workspace: &str, said: &Said) -> _ {
    // No repository has the number 0, no kind is called "".
    let repository: SqlLiteral<BigInt> = sql("coalesce(definitions.repository_id, 0)");
    let target_kind: SqlLiteral<Text> = sql("coalesce(definition_references.target_kind, '')");
    let of: i64 = said.repository.unwrap_or_default();
    let to: String = said.target_kind.clone().unwrap_or_default();
    let (workspace, target, kind): (String, String, String) =
        (workspace.to_owned(), said.target.clone(), said.reference_kind.clone());
    // Asked of each reference that fits: as a list of ids, SQLite would make it anew from all definitions of the workspace.
    let of_repository =
        definitions::table.filter(definitions::id.eq(definition_references::definition_id)).filter(repository.eq(of));
    definition_references::table
        .filter(definition_references::workspace_id.eq(workspace))
        .filter(definition_references::target.eq(target))
        .filter(definition_references::reference_kind.eq(kind))
        .filter(target_kind.eq(to))
        .filter(exists(of_repository))
}
