use super::Conn;
use super::desk::Desk;
use crate::model::Actor;
use crate::plan::comparison::Changed;
use crate::store::StoreError;
use crate::store::edits::{Edit, Outcome};

pub(crate) async fn each(
    conn: &mut Conn,
    workspace: &str,
    actor: &Actor,
    edits: &[Edit],
) -> Result<Option<(Vec<Outcome>, Option<Changed>)>, StoreError> {
    let Some(desk) = Desk::open(conn, workspace, actor).await? else {
        return Ok(None);
    };
    let mut outcomes = Vec::with_capacity(edits.len());
    for edit in edits {
        outcomes.push(desk.apply(conn, edit).await?);
    }
    let changed = outcomes.iter().any(|outcome| outcome.as_ref().is_ok_and(|done| done.changed));
    let changed = if changed { Some(desk.close(conn).await?) } else { None };
    Ok(Some((outcomes, changed)))
}

/// An error takes back what was written; the outcomes are then in `refused`.
pub(crate) async fn all(
    conn: &mut Conn,
    workspace: &str,
    actor: &Actor,
    edits: &[Edit],
    refused: &mut Vec<Outcome>,
) -> Result<Option<(Vec<Outcome>, Option<Changed>)>, StoreError> {
    let written = each(conn, workspace, actor, edits).await?;
    match written {
        Some((outcomes, _)) if outcomes.iter().any(Result::is_err) => {
            *refused = outcomes;
            Err(StoreError::TakenBack)
        }
        written => Ok(written),
    }
}
