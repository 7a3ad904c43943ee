use super::{Conn, nodes};
use crate::model::{Kind, Reference, ReferenceKind};
use crate::store::StoreError;
use crate::store::rows::repository::Repository;
use crate::store::schema::{definition_references, definitions};
use crate::tell::Standing;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use std::collections::{BTreeSet, HashMap};

/// How many texts one statement names.
const AT_ONCE: usize = 5000;

/// Everything that stands in the workspace, with what leads to these files of the repository by now.
pub(crate) async fn standing(
    conn: &mut Conn,
    repository: &Repository,
    touched: &BTreeSet<String>,
) -> Result<Vec<Standing>, StoreError> {
    let workspace = repository.workspace_id.as_str();
    let mut said = leading_to(conn, repository, touched).await?;
    let rows: Vec<nodes::NodeRow> = nodes::live_in(workspace).load(conn).await?;
    let standing = rows
        .into_iter()
        .filter_map(nodes::node)
        .map(|node| Standing { said: said.remove(node.id.as_str()).unwrap_or_default(), node });
    Ok(standing.collect())
}

/// References of any file that lead to what stands at these paths, by who says them.
async fn leading_to(
    conn: &mut Conn,
    repository: &Repository,
    touched: &BTreeSet<String>,
) -> Result<HashMap<String, Vec<Reference>>, StoreError> {
    let mut said: HashMap<String, Vec<Reference>> = HashMap::new();
    for paths in touched.iter().cloned().collect::<Vec<_>>().chunks(AT_ONCE) {
        let there = definitions::table
            .filter(definitions::repository_id.eq(repository.id))
            .filter(definitions::path.eq_any(paths.to_vec()))
            .filter(definitions::deleted_at.is_null())
            .select(definitions::id.nullable());
        let rows: Vec<(String, String, Option<String>, String, i32)> = definition_references::table
            .filter(definition_references::resolved_id.eq_any(there))
            .select((
                definition_references::definition_id,
                definition_references::reference_kind,
                definition_references::target_kind,
                definition_references::target,
                definition_references::line,
            ))
            .load(conn)
            .await?;
        for (id, kind, target_kind, target, line) in rows {
            let Some(kind) = ReferenceKind::from_text(&kind) else { continue };
            let target_kind = target_kind.as_deref().and_then(Kind::from_text);
            let reference = Reference { kind, target_kind, target, line: u32::try_from(line).unwrap_or(1) };
            said.entry(id).or_default().push(reference);
        }
    }
    Ok(said)
}
