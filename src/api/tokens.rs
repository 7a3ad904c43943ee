//! `/api/tokens`: for administrators, and for whoever administers a workspace its own.

use super::answer::{self, MadeToken, PageQuery, Problems, Token, WantedToken, refuse_unknown};
use super::auth::Bearer;
use super::body::Body;
use super::error::ApiError;
use super::label::{self, LARGEST_BODY};
use super::openapi::Operation;
use super::query::time_of;
use super::state::ApiState;
use super::workspaces::revision;
use crate::model::{TokenId, WorkspaceId};
use crate::store::rows::listing::TokenRow;
use crate::store::tokens::{NewToken, Role};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDateTime;
use secrecy::ExposeSecret;

pub(super) fn list_operation() -> Operation {
    Operation::own("listTokens", "Tokens, newest first; never their text.")
        .about("An administrator sees all, whoever administers a workspace those of the workspace.")
        .answers_page::<Token<'_>>()
}

pub(super) async fn list(
    state: web::Data<ApiState>,
    bearer: Bearer,
    pages: web::Query<PageQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let workspaces = bearer.administered()?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["page", "pageSize"], &mut problems);
    let page = pages.page(&mut problems);
    problems.settle()?;
    let (rows, total) = state.store.tokens_of(workspaces.as_deref(), page).await?;
    Ok(answer::send(answer::page(&rows.iter().map(Token::of).collect::<Vec<_>>(), total, page)))
}

pub(super) fn create_operation() -> Operation {
    Operation::own("createToken", "Makes a token; its text is shown this once.")
        .takes::<WantedToken>()
        .answers_as::<MadeToken<'_>>(StatusCode::CREATED)
        .refuses(super::code::Code::NotFound)
}

pub(super) async fn create(
    state: web::Data<ApiState>,
    bearer: Bearer,
    payload: web::Payload,
) -> Result<HttpResponse, ApiError> {
    bearer.administered()?;
    let mut body = Body::read(payload, LARGEST_BODY, &["name", "role", "workspaceId", "expiresAt"]).await?;
    let name = label::read(&mut body, "name");
    let role = role(&mut body);
    let now = state.store.now().await?;
    let expires_at = end(&mut body, now);
    let workspace = body.text("workspaceId");
    let (name, role) = body.finish(name.zip(role))?;
    let workspace = home(&state, &bearer, workspace).await?;
    let new = NewToken { name, workspace, role, expires_at };
    let (row, text) = state.store.create_token(&new, bearer.actor()).await?;
    let made = answer::one(&MadeToken { token: Token::of(&row), text: text.expose_secret() });
    let mut response = answer::send_as(StatusCode::CREATED, made);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(place) = HeaderValue::from_str(&format!("/api/tokens/{}", row.id)) {
        response.headers_mut().insert(LOCATION, place);
    }
    Ok(response)
}

fn role(body: &mut Body) -> Option<Role> {
    let text = body.required_text("role")?;
    let role = Role::from_text(&text);
    if role.is_none() {
        body.problem("role", "one of read, write, admin is expected");
    }
    role
}

fn end(body: &mut Body, now: NaiveDateTime) -> Option<NaiveDateTime> {
    let text = body.text("expiresAt")?;
    match time_of(&text) {
        Some(time) if time > now => return Some(time),
        Some(_) => body.problem("expiresAt", "a time to come is expected"),
        None => body.problem("expiresAt", "a time such as 2027-01-31T00:00:00Z is expected"),
    }
    None
}

/// The workspace that a new token opens; none for all of them.
async fn home(state: &ApiState, bearer: &Bearer, wanted: Option<String>) -> Result<Option<WorkspaceId>, ApiError> {
    let Some(wanted) = wanted.map(WorkspaceId::from_text) else {
        // Whoever administers one workspace means that one.
        return Ok(bearer.administered()?.and_then(|own| own.into_iter().next()));
    };
    bearer.may(Role::Admin, &wanted)?;
    revision(state, &wanted).await?;
    Ok(Some(wanted))
}

pub(super) fn get_operation() -> Operation {
    Operation::own("getToken", "A token; never its text.").answers::<Token<'_>>()
}

pub(super) async fn get(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let row = find(&state, &bearer, path.into_inner()).await?;
    Ok(answer::send(answer::one(&Token::of(&row))))
}

pub(super) fn revoke_operation() -> Operation {
    Operation::own("revokeToken", "Revokes a token.")
        .about("Every other instance refuses it within five seconds. A token that is revoked already stays so.")
        .answers_nothing()
}

pub(super) async fn revoke(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let row = find(&state, &bearer, path.into_inner()).await?;
    state.store.revoke_token(&TokenId::from_text(row.id), bearer.actor()).await?;
    state.tokens.forget(&row.hash).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Another tenant's token looks like none.
async fn find(state: &ApiState, bearer: &Bearer, id: String) -> Result<TokenRow, ApiError> {
    let found = if id.contains('\0') { None } else { state.store.token(&TokenId::from_text(id)).await? };
    let row = found.ok_or(ApiError::NotFound("token"))?;
    let may = match row.workspace_id.clone().map(WorkspaceId::from_text) {
        Some(workspace) => bearer.may(Role::Admin, &workspace),
        None => bearer.may_administer().map_err(|_| ApiError::NotFound("token")),
    };
    may.map(|()| row).map_err(|error| match error {
        ApiError::NotFound(_) => ApiError::NotFound("token"),
        other => other,
    })
}
