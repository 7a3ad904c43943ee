//! `GET /repos/{owner}/{repo}/git/ref/{ref}`, without the leading `refs/`.

use super::access::Target;
use super::{Refusal, blocking};
use crate::sandbox::answer::node_id;
use crate::sandbox::git::{ObjectInfo, ObjectKind};
use crate::sandbox::state::{HostedRepository, Hub};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

pub async fn one(target: Target, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let Target(repository) = target;
    let url = format!("{}/repos/{}/git", hub.url.api, repository.full_name);
    let full = format!("refs/{}", request.match_info().query("reference").trim_start_matches("refs/"));
    let name = full.clone();
    let object = blocking(move || find(&repository, &name)).await?;
    let (kind, folder) = match object.kind {
        ObjectKind::Tag => ("tag", "tags"),
        ObjectKind::Tree => ("tree", "trees"),
        ObjectKind::Blob => ("blob", "blobs"),
        ObjectKind::Commit => ("commit", "commits"),
    };
    Ok(HttpResponse::Ok().json(json!({
        "ref": full, "node_id": node_id("Ref", &full), "url": format!("{url}/{full}"),
        "object": {"sha": object.oid, "type": kind, "url": format!("{url}/{folder}/{}", object.oid)},
    })))
}

fn find(repository: &HostedRepository, full_ref: &str) -> Result<ObjectInfo, Refusal> {
    match repository.resolve(full_ref)? {
        Some(object) => Ok(object),
        None if repository.is_empty()? => Err(Refusal::empty_repository()),
        None => Err(Refusal::not_found()),
    }
}
