//! Who asks, and what they may see.

use super::error::ApiError;
use super::session;
use super::state::ApiState;
use crate::model::{Actor, TokenId, WorkspaceId};
use crate::store::Store;
use crate::store::tokens::{Role, hash};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, dev, web};
use moka::future::Cache;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use subtle::ConstantTimeEq;

/// A revoked token is refused everywhere after this long.
pub(super) const REMEMBERED: Duration = Duration::from_secs(5);
/// How exactly `last_used_at` is kept.
const USE_NOTED_EVERY: Duration = Duration::from_secs(60);
/// Longer texts are no tokens of ours.
const LONGEST: usize = 512;

/// Whoever sent a good token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    actor: Actor,
    reach: Reach,
}

/// Where a bearer may do how much.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reach {
    Everywhere(Role),
    In(BTreeMap<WorkspaceId, Role>),
}

impl Bearer {
    fn administrator() -> Self {
        Self { actor: Actor::Administrator, reach: Reach::Everywhere(Role::Admin) }
    }

    /// Somebody who signed in, with what may be done in each workspace.
    pub(super) fn signed_in(actor: Actor, workspaces: BTreeMap<WorkspaceId, Role>) -> Self {
        Self { actor, reach: Reach::In(workspaces) }
    }

    /// Who it is, for the audit log and the history.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The workspaces that may be seen; `None` if all may.
    pub(super) fn seen(&self) -> Option<Vec<WorkspaceId>> {
        match &self.reach {
            Reach::Everywhere(_) => None,
            Reach::In(workspaces) => Some(workspaces.keys().cloned().collect()),
        }
    }

    /// Whether the bearer may do this much in the workspace. One that may not be seen does not exist.
    pub(super) fn may(&self, needed: Role, workspace: &WorkspaceId) -> Result<(), ApiError> {
        let role = match &self.reach {
            Reach::Everywhere(role) => Some(role),
            Reach::In(workspaces) => workspaces.get(workspace),
        };
        // No id of ours holds NUL, and PostgreSQL would refuse to look for one.
        match role.filter(|_| !workspace.as_str().contains('\0')) {
            None => Err(ApiError::NotFound("workspace")),
            Some(role) if *role < needed => Err(ApiError::Forbidden(needed.as_needed())),
            Some(_) => Ok(()),
        }
    }

    /// The workspaces that the bearer administers; `None` for all.
    pub(super) fn administered(&self) -> Result<Option<Vec<WorkspaceId>>, ApiError> {
        let own: Vec<WorkspaceId> = match &self.reach {
            Reach::Everywhere(Role::Admin) => return Ok(None),
            Reach::Everywhere(_) => vec![],
            Reach::In(all) => all.iter().filter(|(_, role)| **role == Role::Admin).map(|(id, _)| id.clone()).collect(),
        };
        if own.is_empty() { Err(ApiError::Forbidden(Role::Admin.as_needed())) } else { Ok(Some(own)) }
    }

    /// Whether the bearer is an administrator of the whole registry.
    pub(super) fn may_administer(&self) -> Result<(), ApiError> {
        if self.reach == Reach::Everywhere(Role::Admin) {
            Ok(())
        } else {
            Err(ApiError::Forbidden("an administrator's token"))
        }
    }
}

impl Role {
    /// In words, for who lacks it.
    fn as_needed(self) -> &'static str {
        match self {
            Self::Read => "a token that may read",
            Self::Write => "a token that may write",
            Self::Admin => "a token of the role admin",
        }
    }
}

/// Tokens by their hash, remembered for a few seconds.
#[derive(Clone, Debug)]
pub(super) struct Tokens {
    administrator: Option<String>,
    known: Cache<String, Option<Bearer>>,
    noted: Cache<String, ()>,
}

impl Tokens {
    pub(super) fn new(administrator: Option<&SecretString>) -> Self {
        Self {
            administrator: administrator.map(|token| hash(token.expose_secret())),
            known: Cache::builder().max_capacity(10_000).time_to_live(REMEMBERED).build(),
            noted: Cache::builder().max_capacity(10_000).time_to_live(USE_NOTED_EVERY).build(),
        }
    }

    async fn bearer(&self, state: &ApiState, token: &str) -> Result<Bearer, ApiError> {
        if token.len() > LONGEST {
            return Err(ApiError::Unauthorized);
        }
        let hash = hash(token);
        // Of two hashes, so that the time it takes tells nothing of the token.
        if self.administrator.as_ref().is_some_and(|own| own.as_bytes().ct_eq(hash.as_bytes()).into()) {
            return Ok(Bearer::administrator());
        }
        if let Some(known) = self.known.get(&hash).await {
            return known.ok_or(ApiError::Unauthorized);
        }
        let bearer = self.look_up(state, &hash).await?;
        self.known.insert(hash, bearer.clone()).await;
        bearer.ok_or(ApiError::Unauthorized)
    }

    /// It was revoked here: it is refused at once.
    pub(super) async fn forget(&self, hash: &str) {
        self.known.invalidate(hash).await;
    }

    async fn look_up(&self, state: &ApiState, hash: &str) -> Result<Option<Bearer>, ApiError> {
        let Some(row) = state.store.live_token(hash).await? else {
            return Ok(None);
        };
        if self.noted.get(&row.id).await.is_none() {
            self.noted.insert(row.id.clone(), ()).await;
            note_use(state.store.clone(), row.id.clone());
        }
        let actor = Actor::Token(TokenId::from_text(row.id));
        Ok(Role::from_text(&row.role).map(|role| Bearer { actor, reach: reach(row.workspace_id, role) }))
    }
}

fn reach(workspace: Option<String>, role: Role) -> Reach {
    match workspace {
        Some(workspace) => Reach::In(BTreeMap::from([(WorkspaceId::from_text(workspace), role)])),
        None => Reach::Everywhere(role),
    }
}

/// On the side: a reader never waits for SQLite's one writer, nor fails because of it.
fn note_use(store: Store, id: String) {
    tokio::spawn(async move {
        if let Err(error) = store.token_used(&id).await {
            tracing::warn!(%error, token = id, "a token's last use could not be noted");
        }
    });
}

/// By the token of its header; only without such a header by the cookie of a session.
async fn bearer_of(request: &HttpRequest) -> Result<Bearer, ApiError> {
    // Good once: a stream asks again, to hear of a token that was revoked meanwhile.
    let counted = request.extensions_mut().remove::<Bearer>();
    if let Some(bearer) = counted {
        return Ok(bearer);
    }
    let state = request.app_data::<web::Data<ApiState>>().cloned().ok_or(ApiError::Unauthorized)?;
    if !request.headers().contains_key(AUTHORIZATION) {
        return session::bearer(&state, request).await;
    }
    let token = token_of(request).ok_or(ApiError::Unauthorized)?;
    state.tokens.bearer(&state, token).await
}

impl FromRequest for Bearer {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut dev::Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { bearer_of(&request).await })
    }
}

/// Around every route of the API: whoever may not come in is told just that, whatever else is wrong with the request.
pub(super) async fn required(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match request.extract::<Bearer>().await {
        Ok(bearer) => {
            // Found out once a request.
            request.extensions_mut().insert(bearer);
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Err(error) => Ok(request.error_response(error)),
    }
}

fn token_of(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
