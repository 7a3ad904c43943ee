//! `GET /api/audit` and `GET /api/workspaces/{id}/audit`: who did what.

use super::answer::{self, Deed, PageQuery, Problems, refuse_unknown};
use super::auth::Bearer;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use super::workspaces::revision;
use crate::model::WorkspaceId;
use crate::store::audit::AuditFilter;
use crate::store::tokens::Role;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

/// Of the whole registry; a workspace's own log takes all of it but the workspace.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// The id of a workspace.
    workspace: Option<String>,
    /// Who did it, as `actor` has it.
    #[param(example = "administrator")]
    actor: Option<String>,
    /// What was done, as `action` has it.
    #[param(example = "token.create")]
    action: Option<String>,
    /// Not what was done before.
    #[param(value_type = Option<String>, format = DateTime, example = "2026-01-01T00:00:00Z")]
    since: Option<String>,
}

impl AuditQuery {
    fn filter(self, problems: &mut Problems) -> AuditFilter {
        let since = self.since.as_deref().and_then(|text| problems.time("since", text));
        // Nothing that is stored holds NUL, and PostgreSQL would refuse to look for it.
        let plain = |text: Option<String>| text.map(|text| text.replace('\0', "\u{fffd}"));
        AuditFilter {
            workspace: plain(self.workspace).map(WorkspaceId::from_text),
            actor: plain(self.actor),
            action: plain(self.action),
            since,
        }
    }
}

pub(super) fn all_operation() -> Operation {
    Operation::administer("listAudit", "Who did what, newest first.")
        .query::<AuditQuery>()
        .answers_page::<Deed<'_>>()
        .example("?since=2026-01-01T00:00:00Z")
}

/// `GET /api/audit`, for administrators.
pub(super) async fn all(
    state: web::Data<ApiState>,
    bearer: Bearer,
    query: web::Query<AuditQuery>,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    bearer.may_administer()?;
    let mut problems = Problems::default();
    refuse_unknown(
        request.query_string(),
        &["workspace", "actor", "action", "since", "page", "pageSize"],
        &mut problems,
    );
    let filter = query.into_inner().filter(&mut problems);
    list(&state, filter, &pages, problems).await
}

pub(super) fn of_workspace_operation() -> Operation {
    Operation::own("listAuditOfWorkspace", "Who did what in a workspace, newest first.")
        .query::<AuditQuery>()
        .without("workspace")
        .answers_page::<Deed<'_>>()
}

/// `GET /api/workspaces/{id}/audit`, for whoever administers the workspace.
pub(super) async fn of_workspace(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
    query: web::Query<AuditQuery>,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let workspace = WorkspaceId::from_text(path.into_inner());
    bearer.may(Role::Admin, &workspace)?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["actor", "action", "since", "page", "pageSize"], &mut problems);
    let filter = query.into_inner().filter(&mut problems);
    revision(&state, &workspace).await?;
    list(&state, AuditFilter { workspace: Some(workspace), ..filter }, &pages, problems).await
}

async fn list(
    state: &ApiState,
    filter: AuditFilter,
    pages: &PageQuery,
    mut problems: Problems,
) -> Result<HttpResponse, ApiError> {
    let page = pages.page(&mut problems);
    problems.settle()?;
    let (rows, total) = state.store.audit(&filter, page).await?;
    Ok(answer::send(answer::page(&rows.iter().map(Deed::of).collect::<Vec<_>>(), total, page)))
}
