//! `GET /api/repositories/{owner}/{repo}`: the workspace of a repository.

use super::answer::{self, RepositoryPlace};
use super::auth::Bearer;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use crate::model::WorkspaceId;
use crate::store::tokens::Role;
use actix_web::{HttpResponse, web};

pub(super) fn named_operation() -> Operation {
    Operation::read("getRepository", "A repository by its full name, and the workspace that it is in.")
        .about("A name that it had before leads to it too, until another one has that name.")
        .answers::<RepositoryPlace<'_>>()
}

pub(super) async fn named(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let name = format!("{}/{}", path.0, path.1);
    let found = if name.contains('\0') { None } else { state.store.repository_named(&name).await? };
    let row = found.ok_or(ApiError::NotFound("repository"))?;
    // Another tenant's repository looks like none.
    let seen = bearer.may(Role::Read, &WorkspaceId::from_text(row.workspace_id.clone()));
    seen.map_err(|_| ApiError::NotFound("repository"))?;
    Ok(answer::send(answer::one(&RepositoryPlace::of(&row))))
}
