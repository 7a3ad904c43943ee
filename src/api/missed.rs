//! `GET /api/deliveries/missed`: webhooks that never came, and what was done about each, for administrators.

use super::answer::{self, MissedDelivery, PageQuery, Problems, refuse_unknown};
use super::auth::Bearer;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct MissedQuery {
    /// What is done about it: `asked` (GitHub is to send it again), `arrived`, `given-up`, or, where it need not come any more,
    /// `looked` (at its repository) or `reconciled` (its installation).
    #[param(pattern = "^(asked|arrived|given-up|looked|reconciled)$", example = "given-up")]
    outcome: Option<String>,
}

const OUTCOMES: [&str; 5] = ["asked", "arrived", "given-up", "looked", "reconciled"];

pub(super) fn list_operation() -> Operation {
    let words = "Webhooks that GitHub sent and that never came, as GitHub lists them, the latest found first.";
    Operation::administer("listMissedDeliveries", words)
        .query::<MissedQuery>()
        .answers_page::<MissedDelivery<'_>>()
        .example("?outcome=given-up")
}

pub(super) async fn list(
    state: web::Data<ApiState>,
    bearer: Bearer,
    query: web::Query<MissedQuery>,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    bearer.may_administer()?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["outcome", "page", "pageSize"], &mut problems);
    let outcome = query.into_inner().outcome;
    if outcome.as_deref().is_some_and(|outcome| !OUTCOMES.contains(&outcome)) {
        problems.add("outcome", format!("one of {} is expected", OUTCOMES.join(", ")));
    }
    let page = pages.page(&mut problems);
    problems.settle()?;
    let (rows, total) = state.store.missed_deliveries(outcome.as_deref(), page).await?;
    Ok(answer::send(answer::page(&rows.iter().map(MissedDelivery::of).collect::<Vec<_>>(), total, page)))
}
