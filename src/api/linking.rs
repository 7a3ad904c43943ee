//! Which repositories share a workspace: for administrators, since two tenants' walls are moved.

use super::answer::{self, Placed};
use super::auth::Bearer;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use super::workspaces::revision;
use crate::model::{RepositoryId, WorkspaceId};
use crate::store::linking::{Destination, Moved};
use crate::store::tokens::Role;
use actix_web::{HttpResponse, web};

pub(super) fn preview_operation() -> Operation {
    Operation::administer(
        "previewRepositoryLink",
        "The names that would clash if the repository were in the workspace.",
    )
    .answers::<Placed<'_>>()
}

/// `GET /api/workspaces/{id}/repositories/{repository}/preview`
pub(super) async fn preview(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, repository) = asked(&bearer, path.into_inner())?;
    revision(&state, &workspace).await?;
    answer_clashes(&state, repository, &workspace).await
}

pub(super) fn link_operation() -> Operation {
    Operation::administer("linkRepository", "Moves a repository, with all that came from it, into the workspace.")
        .about("Definitions whose names clash there are in conflict from then on; the answer lists them, and so does the preview beforehand.")
        .answers::<Placed<'_>>()
}

/// `PUT /api/workspaces/{id}/repositories/{repository}`
pub(super) async fn link(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (workspace, repository) = asked(&bearer, path.into_inner())?;
    put(&state, &bearer, repository, &Destination::Workspace(workspace)).await
}

pub(super) fn unlink_operation() -> Operation {
    Operation::administer("unlinkRepository", "Takes a repository out of the workspace; it gets a new one of its own.")
        .answers::<Placed<'_>>()
}

/// `DELETE /api/workspaces/{id}/repositories/{repository}`
pub(super) async fn unlink(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (from, repository) = asked(&bearer, path.into_inner())?;
    put(&state, &bearer, repository, &Destination::OwnAgain { from }).await
}

fn asked(bearer: &Bearer, (workspace, repository): (String, String)) -> Result<(WorkspaceId, RepositoryId), ApiError> {
    let workspace = WorkspaceId::from_text(workspace);
    bearer.may(Role::Admin, &workspace)?;
    bearer.may_administer()?;
    let repository = repository.parse().map_err(|_| ApiError::NotFound("repository"))?;
    Ok((workspace, RepositoryId::new(repository)))
}

async fn put(
    state: &ApiState,
    bearer: &Bearer,
    repository: RepositoryId,
    to: &Destination,
) -> Result<HttpResponse, ApiError> {
    match (state.store.move_repository(repository, to, bearer.actor()).await?, to) {
        (Moved::NoRepository, _) => Err(ApiError::NotFound("repository")),
        (Moved::NoWorkspace, _) => Err(ApiError::NotFound("workspace")),
        (Moved::Already, Destination::Workspace(workspace)) => answer_clashes(state, repository, workspace).await,
        (Moved::Already, Destination::OwnAgain { .. }) => Err(ApiError::NotFound("repository")),
        (Moved::Done { from, to, clashes }, _) => {
            let placed = answer::one(&Placed::of(repository, &to.workspace, &clashes));
            [from, to].into_iter().for_each(|changed| state.announce_change(changed));
            Ok(answer::send(placed))
        }
    }
}

async fn answer_clashes(
    state: &ApiState,
    repository: RepositoryId,
    workspace: &WorkspaceId,
) -> Result<HttpResponse, ApiError> {
    let clashes = state.store.clashes(repository, workspace).await?;
    let clashes = clashes.ok_or(ApiError::NotFound("repository"))?;
    Ok(answer::send(answer::one(&Placed::of(repository, workspace, &clashes))))
}
