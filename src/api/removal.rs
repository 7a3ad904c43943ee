//! `DELETE /api/workspaces/{id}`: asked twice.

use super::answer::{Problems, refuse_unknown};
use super::auth::Bearer;
use super::code::Code;
use super::error::ApiError;
use super::openapi::Operation;
use super::state::ApiState;
use crate::model::WorkspaceId;
use crate::model::time::rfc3339;
use crate::store::removal::{Contents, Removed};
use crate::store::tokens::Role;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{DateTime, NaiveDateTime, TimeDelta};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

/// How long somebody may think.
const GOOD_FOR: TimeDelta = TimeDelta::minutes(5);

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Confirmation {
    /// What the first request answered.
    confirm: Option<String>,
}

pub(super) fn remove_operation() -> Operation {
    Operation::administer("deleteWorkspace", "Deletes a workspace with all that is in it, for good. Asked twice.")
        .about("The first request is answered with 409: its `details` tell what would go, and a `confirm` that is good for five minutes, as long as nothing else is in the workspace by then. Repositories that are still installed get a workspace of their own again, and are imported anew.")
        .query::<Confirmation>()
        .answers_nothing()
        .refuses(Code::Unconfirmed)
}

pub(super) async fn remove(
    state: web::Data<ApiState>,
    bearer: Bearer,
    path: web::Path<String>,
    query: web::Query<Confirmation>,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let workspace = WorkspaceId::from_text(path.into_inner());
    bearer.may(Role::Admin, &workspace)?;
    bearer.may_administer()?;
    let mut problems = Problems::default();
    refuse_unknown(request.query_string(), &["confirm"], &mut problems);
    problems.settle()?;
    let now = state.store.now().await?;
    let contents = state.store.contents(&workspace).await?.ok_or(ApiError::NotFound("workspace"))?;
    let confirm = query.confirm.as_deref();
    if !confirm.is_some_and(|confirm| is_good(confirm, &workspace, &contents, now)) {
        return Err(unconfirmed(&workspace, &contents, now));
    }
    match state.store.remove_workspace(&workspace, &contents.digest(), bearer.actor()).await? {
        Removed::NoWorkspace => Err(ApiError::NotFound("workspace")),
        Removed::Changed(contents) => Err(unconfirmed(&workspace, &contents, now)),
        Removed::Done(repositories) => {
            state.revisions.forget(&workspace);
            repositories.into_iter().for_each(|repository| (state.wake)(repository));
            Ok(HttpResponse::NoContent().finish())
        }
    }
}

fn unconfirmed(workspace: &WorkspaceId, contents: &Contents, now: NaiveDateTime) -> ApiError {
    let until = (now + GOOD_FOR).and_utc().timestamp();
    let repositories: Vec<_> =
        contents.repositories.iter().map(|(id, name)| json!({"id": id, "fullName": name})).collect();
    ApiError::Unconfirmed(json!({
        "repositories": repositories,
        "definitions": contents.definitions,
        "localDefinitions": contents.local_definitions,
        "tokens": contents.tokens,
        "confirm": confirm(workspace, contents, until),
        "confirmUntil": DateTime::from_timestamp(until, 0).map(|time| rfc3339(time.naive_utc())),
    }))
}

/// Until when it is good, and a digest of what was seen: no secret, only a proof of having looked.
fn confirm(workspace: &WorkspaceId, contents: &Contents, until: i64) -> String {
    let digest = hex::encode(Sha256::digest(format!("{workspace} {until} {}", contents.digest())));
    format!("{until}.{}", digest.get(..32).unwrap_or(&digest))
}

fn is_good(given: &str, workspace: &WorkspaceId, contents: &Contents, now: NaiveDateTime) -> bool {
    let until = given.split_once('.').and_then(|(until, _)| until.parse().ok());
    let time = until.and_then(|until| DateTime::from_timestamp(until, 0)).map(|time| time.naive_utc());
    let fresh = time.is_some_and(|time| now <= time && time <= now + GOOD_FOR);
    fresh && until.is_some_and(|until| confirm(workspace, contents, until) == given)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_is_good_for_what_was_seen_and_for_a_while() {
        let workspace = WorkspaceId::from_text("w");
        let seen = Contents { repositories: vec![], definitions: 3, local_definitions: 1, tokens: 0 };
        let now = crate::model::time::now();
        let until = (now + GOOD_FOR).and_utc().timestamp();
        let given = confirm(&workspace, &seen, until);
        assert!(is_good(&given, &workspace, &seen, now));
        assert!(!is_good(&given, &workspace, &seen, now + GOOD_FOR + TimeDelta::seconds(1)));
        assert!(!is_good(&given, &workspace, &Contents { tokens: 1, ..seen.clone() }, now));
        assert!(!is_good(&given, &WorkspaceId::from_text("v"), &seen, now));
        assert!(!is_good("", &workspace, &seen, now));
    }
}
