//! `/api/dead-letters`: messages that no worker could read or finish, for administrators.

use super::answer::{self, Letter, PageQuery, Problems, refuse_unknown};
use super::auth::Bearer;
use super::code::Code;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use crate::queue::{Lane, TaskMessage};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

pub(super) fn list_operation() -> Operation {
    Operation::administer("listDeadLetters", "Messages that no worker could read or finish, newest first.")
        .answers_page::<Letter<'_>>()
}

/// `GET /api/dead-letters`: those that died last come first.
pub(super) async fn list(
    state: web::Data<ApiState>,
    bearer: Bearer,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    bearer.may_administer()?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["page", "pageSize"], &mut problems);
    let page = pages.page(&mut problems);
    problems.settle()?;
    let (rows, total) = state.store.letters(page).await?;
    Ok(answer::send(answer::page(&rows.iter().map(Letter::of).collect::<Vec<_>>(), total, page)))
}

pub(super) fn retry_operation() -> Operation {
    Operation::administer(
        "retryDeadLetter",
        "Publishes a message again; whether its task is still open the worker finds out.",
    )
    .answers_as::<Letter<'_>>(StatusCode::ACCEPTED)
    .refuses(Code::NothingToRetry)
}

/// `POST /api/dead-letters/{id}/retry`: published again. Whether its task is still to be done the worker finds out.
pub(super) async fn retry(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    bearer.may_administer()?;
    let id = path.into_inner();
    let found = if id.contains('\0') { None } else { state.store.letter(&id).await? };
    let letter = found.ok_or(ApiError::NotFound("dead letter"))?;
    let message = TaskMessage::decode(&letter.body).map_err(|_| {
        ApiError::NothingToRetry(
            "This version cannot read the message, and would only bury it again; `error` says why.",
        )
    })?;
    state.queue.publish(Lane::Person, &[message]).await?;
    let letter = state.store.letter_retried(&id, bearer.actor()).await?.unwrap_or(letter);
    Ok(answer::send_as(StatusCode::ACCEPTED, answer::one(&Letter::of(&letter))))
}
