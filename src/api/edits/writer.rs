//! Somebody who may write definitions of a kind in a workspace.

use crate::api::answer;
use crate::api::auth::Bearer;
use crate::api::conditional::{self, entity_tag};
use crate::api::definitions::{self, kind_of};
use crate::api::error::ApiError;
use crate::api::state::ApiState;
use crate::model::{Kind, WorkspaceId};
use crate::store::edits::{Done, Edit, Expected, Refusal, Target};
use crate::store::tokens::Role;
use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::{HttpRequest, HttpResponse};

pub(super) struct Writer<'a> {
    state: &'a ApiState,
    bearer: &'a Bearer,
    workspace: WorkspaceId,
    pub kind: Kind,
}

impl<'a> Writer<'a> {
    /// By the workspace and the kind that a path names.
    pub(super) fn of(
        state: &'a ApiState,
        bearer: &'a Bearer,
        (workspace, kind): (&str, &str),
    ) -> Result<Self, ApiError> {
        let (workspace, kind) = (WorkspaceId::from_text(workspace.to_owned()), kind_of(kind)?);
        bearer.may(Role::Write, &workspace)?;
        Ok(Self { state, bearer, workspace, kind })
    }

    /// What is meant by a name or an id; if the request says what was read, then just that. The transaction looks again.
    pub(super) async fn target(&self, name_or_id: &str, request: &HttpRequest) -> Result<Target, ApiError> {
        let kind = self.kind;
        if !conditional::is_conditional(request) {
            return Ok(Target { kind, name_or_id: name_or_id.to_owned(), expected: None });
        }
        let (found, text) = definitions::find(self.state, &self.workspace, kind, name_or_id).await?;
        let read = definitions::render(self.state, &found, &text).await?;
        if !conditional::is_met(request, &entity_tag(&read)) {
            return Err(ApiError::Refused(Refusal::Stale));
        }
        let expected = Expected { version: found.row.version, updated_at: Some(found.row.updated_at) };
        Ok(Target { kind, name_or_id: found.row.id, expected: Some(expected) })
    }

    pub(super) async fn write(&self, edit: &Edit) -> Result<Done, ApiError> {
        let (outcome, changed) = self.state.store.edit(&self.workspace, self.bearer.actor(), edit).await?;
        if let Some(changed) = changed {
            self.state.announce_change(changed);
        }
        outcome.map_err(ApiError::from)
    }

    /// The definition as `GET` shows it.
    pub(super) async fn shown(&self, done: &Done, status: StatusCode) -> Result<HttpResponse, ApiError> {
        let (found, text) = definitions::find(self.state, &self.workspace, self.kind, done.id.as_str()).await?;
        let body = definitions::render(self.state, &found, &text).await?;
        let tag = entity_tag(&body);
        let mut response = answer::send_as(status, body);
        if let Ok(tag) = tag.parse() {
            response.headers_mut().insert(ETAG, tag);
        }
        Ok(response)
    }

    /// Where the definition is read.
    pub(super) fn location(&self, done: &Done) -> String {
        format!("/api/workspaces/{}/{}/{}", self.workspace, self.kind.plural(), done.id)
    }
}
