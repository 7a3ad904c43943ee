//! `…/bulk-import`, `…/bulk-update`, `…/bulk-delete`: up to a thousand writes in one request, each with an outcome of its own.

mod items;

pub(super) use items::{Deletion, Import, Update};

use super::answer::{self, Bulk, BulkItem, Problems, refuse_unknown};
use super::auth::Bearer;
use super::code::Code;
use super::definitions::kind_of;
use super::error::ApiError;
use super::idempotency::LARGEST_BODY;
use super::openapi::Operation;
use super::state::ApiState;
use crate::model::{Actor, WorkspaceId};
use crate::plan::comparison::Changed;
use crate::store::edits::{Done, Edit};
use crate::store::tokens::Role;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use items::{Deletions, Imports, Item, Updates};
use serde::Deserialize;
use utoipa::IntoParams;

/// Items of a transaction: few enough that a sync of the same workspace does not wait for long.
const CHUNK: usize = 100;

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct BulkQuery {
    /// Whether nothing is to be written if one item is refused.
    #[param(value_type = Option<bool>, example = false)]
    atomic: Option<String>,
}

impl BulkQuery {
    fn atomic(&self, request: &HttpRequest) -> Result<bool, ApiError> {
        let mut problems = Problems::default();
        refuse_unknown(request.query_string(), &["atomic"], &mut problems);
        let atomic = self.atomic.as_deref().is_some_and(|text| problems.flag("atomic", text));
        problems.settle()?;
        Ok(atomic)
    }
}

fn operation(id: &'static str, summary: &'static str) -> Operation {
    Operation::write(id, summary)
        .about(
            "Up to 1,000 items and 16 MiB. Each item has an outcome of its own, with the status that a request of its own would have \
             got; a hundred of them share a transaction. With `atomic=true` all of them share one, and if one is refused nothing is \
             written: the answer is then 422 and names each that was refused. An item with 503 was not written, and is told so again \
             under the same `Idempotency-Key`: send it once more with another one.",
        )
        .query::<BulkQuery>()
        .answers::<Bulk>()
        .refuses(Code::TooLarge)
        .refuses(Code::NothingWritten)
}

pub(super) fn import_operation() -> Operation {
    operation("bulkImportDefinitions", "Makes local definitions of texts.").takes::<Imports>()
}

pub(super) fn update_operation() -> Operation {
    operation("bulkUpdateDefinitions", "Gives definitions other texts.").takes::<Updates>()
}

pub(super) fn delete_operation() -> Operation {
    operation("bulkDeleteDefinitions", "Deletes definitions; those that come from GitHub are hidden.")
        .takes::<Deletions>()
}

/// `POST /api/workspaces/{id}/{kind}/bulk-import`, `…/bulk-update` and `…/bulk-delete`, by what the items are.
pub(super) async fn write<T: Item>(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
    query: web::Query<BulkQuery>,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    let (workspace, kind) = (WorkspaceId::from_text(path.0.clone()), kind_of(&path.1)?);
    bearer.may(Role::Write, &workspace)?;
    let atomic = query.atomic(&request)?;
    let body = payload.to_bytes_limited(LARGEST_BODY).await.map_err(|_| ApiError::TooLarge(LARGEST_BODY))?;
    let body = body.map_err(|error| ApiError::Invalid(vec![("body".to_owned(), error.to_string())]))?;
    let edits = items::read::<T>(&body, kind)?;
    let desk = Desk { state: &state, workspace: &workspace, actor: bearer.actor(), made: T::MADE };
    let items = if atomic { desk.all(edits).await? } else { desk.each(edits).await? };
    Ok(answer::send(answer::one(&Bulk::of(items))))
}

type Outcome = Result<Done, ApiError>;

/// Where the writes go, and who does them.
struct Desk<'a> {
    state: &'a ApiState,
    workspace: &'a WorkspaceId,
    actor: &'a Actor,
    /// The status of an item that went well.
    made: StatusCode,
}

impl Desk<'_> {
    /// All, or nothing.
    async fn all(&self, edits: Vec<Result<Edit, ApiError>>) -> Result<Vec<BulkItem>, ApiError> {
        let (good, bad) = sorted_out(edits);
        if !bad.is_empty() {
            return Err(nothing_written(&bad));
        }
        let edits: Vec<Edit> = good.into_iter().map(|(_, edit)| edit).collect();
        let written = self.state.store.edit_all(self.workspace, self.actor, &edits).await?;
        let (outcomes, changed) = written.ok_or(ApiError::NotFound("workspace"))?;
        self.announce(changed);
        let outcomes = outcomes.into_iter().map(|outcome| outcome.map_err(ApiError::from)).enumerate();
        let (done, refused): (Vec<_>, Vec<_>) = outcomes.partition(|(_, outcome)| outcome.is_ok());
        let refused: Vec<(usize, ApiError)> =
            refused.into_iter().filter_map(|(index, outcome)| Some((index, outcome.err()?))).collect();
        if refused.is_empty() { Ok(self.shown(done)) } else { Err(nothing_written(&refused)) }
    }

    /// What can be written is, a hundred at a time.
    async fn each(&self, edits: Vec<Result<Edit, ApiError>>) -> Result<Vec<BulkItem>, ApiError> {
        let (good, bad) = sorted_out(edits);
        let mut outcomes: Vec<(usize, Outcome)> = bad.into_iter().map(|(index, error)| (index, Err(error))).collect();
        let mut wrote = false;
        for chunk in good.chunks(CHUNK) {
            let edits: Vec<Edit> = chunk.iter().map(|(_, edit)| edit.clone()).collect();
            match self.chunk(&edits).await {
                Ok(of_chunk) => outcomes.extend(chunk.iter().map(|(index, _)| *index).zip(of_chunk)),
                // What was written before is told, and so is what was not.
                Err(error) if wrote => {
                    tracing::error!(%error, "a bulk request broke off");
                    outcomes.extend(chunk.iter().map(|(index, _)| (*index, Err(ApiError::BrokenOff))));
                }
                Err(error) => return Err(error),
            }
            wrote = true;
        }
        outcomes.sort_by_key(|(index, _)| *index);
        Ok(self.shown(outcomes))
    }

    async fn chunk(&self, edits: &[Edit]) -> Result<Vec<Outcome>, ApiError> {
        match self.state.store.edit_each(self.workspace, self.actor, edits).await {
            // One of them is to blame: the others go without it.
            Err(error) if error.is_refusal() && edits.len() > 1 => {
                let mut outcomes = Vec::with_capacity(edits.len());
                for edit in edits {
                    outcomes.push(self.alone(edit).await);
                }
                Ok(outcomes)
            }
            Err(error) => Err(error.into()),
            Ok(None) => Err(ApiError::NotFound("workspace")),
            Ok(Some((outcomes, changed))) => {
                self.announce(changed);
                Ok(outcomes.into_iter().map(|outcome| outcome.map_err(ApiError::from)).collect())
            }
        }
    }

    async fn alone(&self, edit: &Edit) -> Outcome {
        let (outcome, changed) = self.state.store.edit(self.workspace, self.actor, edit).await?;
        self.announce(changed);
        outcome.map_err(ApiError::from)
    }

    fn announce(&self, changed: Option<Changed>) {
        if let Some(changed) = changed {
            self.state.announce_change(changed);
        }
    }

    fn shown(&self, outcomes: Vec<(usize, Outcome)>) -> Vec<BulkItem> {
        let shown = |(index, outcome): (usize, Outcome)| match outcome {
            Ok(done) => BulkItem::done(index, self.made, &done),
            Err(error) => BulkItem::refused(index, &error),
        };
        outcomes.into_iter().map(shown).collect()
    }
}

type Indexed<T> = Vec<(usize, T)>;

/// What can be tried, and what cannot be read.
fn sorted_out(edits: Vec<Result<Edit, ApiError>>) -> (Indexed<Edit>, Indexed<ApiError>) {
    let (mut good, mut bad) = (vec![], vec![]);
    for (index, edit) in edits.into_iter().enumerate() {
        match edit {
            Ok(edit) => good.push((index, edit)),
            Err(error) => bad.push((index, error)),
        }
    }
    (good, bad)
}

fn nothing_written(refused: &[(usize, ApiError)]) -> ApiError {
    let told = |(index, error): &(usize, ApiError)| (format!("items[{index}]"), error.in_one_line());
    ApiError::NothingWritten(refused.iter().map(told).collect())
}
