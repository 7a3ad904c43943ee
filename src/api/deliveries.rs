//! `GET /api/deliveries`: the inbox, for administrators.

use super::answer::{self, Delivery, PageQuery, Problems, refuse_unknown};
use super::auth::Bearer;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use crate::model::RepositoryId;
use crate::store::intake::Outcome;
use crate::store::runs::InboxFilter;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct InboxQuery {
    /// GitHub's number of a repository.
    #[param(value_type = Option<i64>, example = 1)]
    repository: Option<String>,
    /// What came of it: `owed`, `check-owed`, `untouched`, `other-ref`, `not-served` or `recorded`.
    #[param(pattern = "^(owed|check-owed|untouched|other-ref|not-served|recorded)$", example = "owed")]
    outcome: Option<String>,
}

impl InboxQuery {
    fn filter(&self, problems: &mut Problems) -> InboxFilter {
        let repository = self.repository.as_deref().map(str::parse);
        if let Some(Err(_)) = repository {
            problems.add("repository", "GitHub's number of a repository is expected");
        }
        if self.outcome.as_deref().is_some_and(|outcome| !Outcome::NAMES.contains(&outcome)) {
            problems.add("outcome", format!("one of {} is expected", Outcome::NAMES.join(", ")));
        }
        let repository = repository.and_then(Result::ok).map(RepositoryId::new);
        InboxFilter { repository, outcome: self.outcome.clone() }
    }
}

pub(super) fn list_operation() -> Operation {
    Operation::administer("listDeliveries", "Webhooks as they came, newest first.")
        .query::<InboxQuery>()
        .answers_page::<Delivery<'_>>()
        .example("?outcome=owed")
}

pub(super) async fn list(
    state: web::Data<ApiState>,
    bearer: Bearer,
    query: web::Query<InboxQuery>,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    bearer.may_administer()?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["repository", "outcome", "page", "pageSize"], &mut problems);
    let filter = query.filter(&mut problems);
    let page = pages.page(&mut problems);
    problems.settle()?;
    let (rows, total) = state.store.deliveries(&filter, page).await?;
    Ok(answer::send(answer::page(&rows.iter().map(Delivery::of).collect::<Vec<_>>(), total, page)))
}
