//! `GET /repos/{owner}/{repo}/commits/{ref}`: in full, or only the commit's name.

use super::access::Target;
use super::{Refusal, blocking};
use crate::sandbox::answer;
use crate::sandbox::git::Commit;
use crate::sandbox::state::{HostedRepository, Hub};
use actix_web::http::header::ACCEPT;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

pub async fn one(target: Target, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let Target(repository) = target;
    let reference = request.match_info().query("reference").to_owned();
    let accepted = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let only_sha = accepted.contains("sha");
    let api_url = format!("{}/repos/{}", hub.url.api, repository.full_name);
    let html_url = format!("{}/{}", hub.url, repository.full_name);
    let commit = blocking(move || find(&repository, &reference)).await?;
    if only_sha {
        return Ok(HttpResponse::Ok().content_type("application/vnd.github.sha; charset=utf-8").body(commit.oid));
    }
    Ok(HttpResponse::Ok().json(answer::commit(&api_url, &html_url, &commit)))
}

/// The commit that `reference` names, or what GitHub says when there is none.
pub fn find(repository: &HostedRepository, reference: &str) -> Result<Commit, Refusal> {
    if let Some(found) = repository.resolve_commit(reference)?
        && let Some(commit) = repository.git.commit(&found.oid)?
    {
        return Ok(commit);
    }
    if repository.is_empty()? {
        return Err(Refusal::empty_repository());
    }
    Err(Refusal::new(422, format!("No commit found for SHA: {reference}")))
}
