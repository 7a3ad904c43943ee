//! `GET /repos/{owner}/{repo}/git/trees/{sha or ref}`: one level, or everything below it.

use super::access::Target;
use super::meter::TreeLimit;
use super::{Refusal, blocking};
use crate::sandbox::git::{ListedEntry, list_tree};
use crate::sandbox::state::{HostedRepository, Hub};
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use serde_json::{Value, json};

pub async fn one(target: Target, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let Target(repository) = target;
    let url = format!("{}/repos/{}/git", hub.url.api, repository.full_name);
    let revision = request.match_info().query("revision").to_owned();
    // Any value will do, even 0 and false.
    let recursive = request.query_string().split('&').any(|part| part.split('=').next() == Some("recursive"));
    let limit = request.extensions().get::<TreeLimit>().map_or(hub.limits.tree_entries, |limit| limit.0);
    let (oid, mut entries) = blocking(move || read(&repository, &revision, recursive)).await?;
    let truncated = entries.len() > limit;
    entries.truncate(limit);
    let tree: Vec<Value> = entries.iter().map(|entry| entry_json(&url, entry)).collect();
    Ok(HttpResponse::Ok()
        .json(json!({"sha": oid, "url": format!("{url}/trees/{oid}"), "tree": tree, "truncated": truncated})))
}

fn read(repository: &HostedRepository, revision: &str, recursive: bool) -> Result<(String, Vec<ListedEntry>), Refusal> {
    match repository.resolve_tree(revision)? {
        Some(tree) => Ok((tree.oid.clone(), list_tree(&repository.git, &tree.oid, recursive)?)),
        None if repository.is_empty()? => Err(Refusal::empty_repository()),
        None => Err(Refusal::not_found()),
    }
}

fn entry_json(url: &str, entry: &ListedEntry) -> Value {
    let mut json = json!({"path": entry.path, "mode": entry.mode, "type": entry.kind, "sha": entry.oid});
    if let Some(size) = entry.size {
        json["size"] = size.into();
    }
    // A submodule's commit lies in another repository, so it has no address here.
    let folder = match entry.kind.as_str() {
        "blob" => "blobs",
        "tree" => "trees",
        _ => return json,
    };
    json["url"] = format!("{url}/{folder}/{}", entry.oid).into();
    json
}
