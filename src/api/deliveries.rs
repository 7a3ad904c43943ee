//! `GET /api/deliveries`: the inbox, for administrators.

use super::answer::{self, PageQuery, Problems, refuse_unknown};
use super::auth::Bearer;
use super::error::ApiError;
use super::json;
use super::state::ApiState;
use crate::model::RepositoryId;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
pub(super) struct InboxQuery {
    /// GitHub's number of a repository.
    repository: Option<String>,
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
    refuse_unknown(request.query_string(), &["repository", "page", "pageSize"], &mut problems);
    let repository = query.repository.as_deref().map(str::parse::<i64>);
    if let Some(Err(_)) = repository {
        problems.add("repository", "GitHub's number of a repository is expected");
    }
    let page = pages.page(&mut problems);
    problems.settle()?;
    let repository = repository.and_then(Result::ok).map(RepositoryId::new);
    let (rows, total) = state.store.deliveries(repository, page).await?;
    Ok(answer::send(answer::page(&rows.iter().map(json::delivery).collect::<Vec<_>>(), total, page)))
}
