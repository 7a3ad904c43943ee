//! `…/validate` and `…/validate-all`: the reader over what is stored.

use super::answer::{self, Run, Validation};
use super::auth::Bearer;
use super::definitions::{kind_of, live};
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use crate::check::stored::{Reread, reread};
use crate::model::WorkspaceId;
use crate::store::jobs::{Progress, Subject};
use crate::store::tokens::Role;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

pub(super) fn all_operation() -> Operation {
    Operation::write("validateAll", "Reads all definitions of a kind again.")
        .about("Answers the run that will do it; one that is under way does for all.")
        .answers_as::<Run<'_>>(StatusCode::ACCEPTED)
}

/// `POST /api/workspaces/{id}/{kind}/validate-all`: 202 with the run that will do it; one that is under way does for all.
pub(super) async fn all(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, kind) = (WorkspaceId::from_text(path.0.clone()), kind_of(&path.1)?);
    bearer.may(Role::Write, &workspace)?;
    let subject = Subject { workspace, kind: Some(kind), definition: None };
    let run = state.store.request_validation(&subject, bearer.actor()).await?;
    let run = run.ok_or(ApiError::NotFound("workspace"))?;
    Ok(answer::send_as(StatusCode::ACCEPTED, answer::one(&Run::of(&run))))
}

pub(super) fn one_operation() -> Operation {
    Operation::write("validate", "Reads a definition again, and says what is wrong with it.")
        .answers::<Validation<'_>>()
}

/// `POST …/{nameOrId}/validate`: done at once; the run stands among the others.
pub(super) async fn one(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, kind) = (WorkspaceId::from_text(path.0.clone()), kind_of(&path.1)?);
    bearer.may(Role::Write, &workspace)?;
    let id = live(&state, &workspace, kind, &path.2).await?;
    let subject = Subject { workspace: workspace.clone(), kind: Some(kind), definition: Some(id.clone()) };
    let stored = state.store.stored(&subject, None, 1).await?.pop().ok_or(ApiError::NotFound("definition"))?;
    let shown_path = stored.path.clone();
    let read = web::block(move || reread(&stored)).await.map_err(|_| ApiError::Internal)?;
    if read.is_news
        && let Some(changed) = state.store.judge(&workspace, std::slice::from_ref(&read.judged)).await?
    {
        state.announce_change(changed);
    }
    let progress = progress(&read, shown_path.as_deref());
    let run = state.store.record_validation(&subject, &progress, bearer.actor()).await?;
    let run = run.ok_or(ApiError::NotFound("workspace"))?;
    let found = state.store.definition(&workspace, kind, id.as_str()).await?;
    let (definition, _) = found.ok_or(ApiError::NotFound("definition"))?;
    Ok(answer::send(answer::one(&Validation {
        valid: read.error().is_none(),
        diagnostics: answer::diagnostics(&definition),
        run: Run::of(&run),
    })))
}

fn progress(read: &Reread, path: Option<&str>) -> Progress {
    let mut progress = Progress { total: 1, done: 1, ..Progress::default() };
    read.error().into_iter().for_each(|error| progress.fail(path, error));
    progress
}
