use super::nodes::{self, NodeRow};
use super::{Conn, jobs, links, resolve, workspaces as workspace_rows};
use crate::model::{Actor, DefinitionId, JobType, Kind, Reference, ReferenceKind};
use crate::plan::comparison::Changed;
use crate::resolve::{Link, Missing};
use crate::store::StoreError;
use crate::store::graph::Material;
use crate::store::jobs::{Progress, Subject};
use crate::store::schema::{definition_references, definitions};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::HashMap;

pub(crate) async fn material(conn: &mut Conn, workspace: &str) -> Result<Material, StoreError> {
    let nodes: Vec<NodeRow> = nodes::live_in(workspace).load(conn).await?;
    let links: Vec<(String, Option<String>, String, i32)> = definition_references::table
        .filter(definition_references::workspace_id.eq(workspace))
        .filter(definition_references::resolved_id.is_not_null())
        .select((
            definition_references::definition_id,
            definition_references::resolved_id,
            definition_references::reference_kind,
            definition_references::line,
        ))
        .load(conn)
        .await?;
    let missing: Vec<(String, MissingRow)> = definition_references::table
        .inner_join(definitions::table.on(definitions::id.eq(definition_references::definition_id)))
        .filter(definition_references::workspace_id.eq(workspace))
        .filter(definitions::deleted_at.is_null())
        .filter(definition_references::resolved_id.is_null())
        .filter(definition_references::reference_kind.eq_any(MEANT))
        .order((definitions::path, definition_references::position))
        .select((definition_references::definition_id, MISSING))
        .load(conn)
        .await?;
    let link = |(from, to, kind, line): (String, Option<String>, String, i32)| {
        Some(Link {
            from: DefinitionId::from_text(from),
            to: DefinitionId::from_text(to?),
            kind: ReferenceKind::from_text(&kind)?,
            line: u32::try_from(line).unwrap_or_default(),
        })
    };
    Ok(Material {
        nodes: nodes.into_iter().filter_map(nodes::node).collect(),
        links: links.into_iter().filter_map(link).collect(),
        missing: missing
            .into_iter()
            .filter_map(|(from, row)| Some(Missing { from: DefinitionId::from_text(from), reference: said(row)? }))
            .collect(),
    })
}

/// The kinds of reference whose target is certainly meant.
const MEANT: [&str; 2] = ["explicit", "link"];

/// Kind of reference, kind of target, target, line.
type MissingRow = (String, Option<String>, String, i32);
const MISSING: (
    definition_references::reference_kind,
    definition_references::target_kind,
    definition_references::target,
    definition_references::line,
) = (
    definition_references::reference_kind,
    definition_references::target_kind,
    definition_references::target,
    definition_references::line,
);

fn said((kind, target_kind, target, line): MissingRow) -> Option<Reference> {
    Some(Reference {
        kind: ReferenceKind::from_text(&kind)?,
        target_kind: target_kind.as_deref().and_then(Kind::from_text),
        target,
        line: u32::try_from(line).unwrap_or_default(),
    })
}

/// What each of these definitions names outright and is not there.
pub(crate) async fn missing_of(
    conn: &mut Conn,
    definitions: &[String],
) -> Result<HashMap<String, Vec<Reference>>, StoreError> {
    let rows: Vec<(String, MissingRow)> = definition_references::table
        .filter(definition_references::definition_id.eq_any(definitions))
        .filter(definition_references::resolved_id.is_null())
        .filter(definition_references::reference_kind.eq_any(MEANT))
        .order((definition_references::definition_id, definition_references::position))
        .select((definition_references::definition_id, MISSING))
        .load(conn)
        .await?;
    let mut missing: HashMap<String, Vec<Reference>> = HashMap::new();
    for (from, row) in rows {
        missing.entry(from).or_default().extend(said(row));
    }
    Ok(missing)
}

pub(crate) async fn settle_again(
    conn: &mut Conn,
    subject: &Subject,
    by: &Actor,
) -> Result<Option<Changed>, StoreError> {
    let workspace = subject.workspace.clone();
    if workspace_rows::hold(conn, workspace.as_str()).await?.is_none() {
        return Ok(None);
    }
    jobs::record(conn, JobType::Resolve, subject, &Progress::default(), by).await?;
    // With the debts of a run under way the names are settled that they stand for.
    resolve::names(conn, workspace.as_str()).await?;
    links::settle_all(conn, workspace.as_str()).await?;
    let revision = workspace_rows::raise(conn, workspace.as_str()).await?;
    Ok(Some(Changed { workspace, revision }))
}
