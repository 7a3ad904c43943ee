//! `GET /repos/{owner}/{repo}/compare/{base}...{head}`: all files on the first page, three hundred of them, and no word of the rest.

use super::access::Target;
use super::{Refusal, blocking, commits};
use crate::sandbox::answer;
use crate::sandbox::git::{Commit, DifferentFile, Parting, parting};
use crate::sandbox::state::{HostedRepository, Hub};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

const MOST_FILES: usize = 300;

pub async fn one(target: Target, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let Target(repository) = target;
    let asked = request.match_info().query("basehead").to_owned();
    let api_url = format!("{}/repos/{}", hub.url.api, repository.full_name);
    let html_url = format!("{}/{}", hub.url, repository.full_name);
    let (base, head) = asked.split_once("...").ok_or_else(Refusal::not_found)?;
    let (base, head) = (base.to_owned(), head.to_owned());
    let (base, merge_base, found) = blocking(move || compare(&repository, &base, &head)).await?;
    let commit = |commit: &Commit| answer::commit(&api_url, &html_url, commit);
    let files: Vec<Value> = found.files.iter().take(MOST_FILES).map(|one| file(&api_url, &html_url, one)).collect();
    let url = format!("{api_url}/compare/{asked}");
    let page = format!("{html_url}/compare/{asked}");
    Ok(HttpResponse::Ok().json(json!({
        "url": url, "html_url": page, "permalink_url": page, "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"), "base_commit": commit(&base), "merge_base_commit": commit(&merge_base),
        "status": "diverged", "ahead_by": 1, "behind_by": 0, "total_commits": 0, "commits": [], "files": files,
    })))
}

fn compare(repository: &HostedRepository, base: &str, head: &str) -> Result<(Commit, Commit, Parting), Refusal> {
    let (base, head) = (commits::find(repository, base)?, commits::find(repository, head)?);
    let found = parting(&repository.git, &base.oid, &head.oid)?.ok_or_else(Refusal::not_found)?;
    let merge_base = commits::find(repository, &found.merge_base)?;
    Ok((base, merge_base, found))
}

fn file(api_url: &str, html_url: &str, file: &DifferentFile) -> Value {
    let path = &file.path;
    let mut told = json!({
        "sha": file.oid, "filename": path, "status": file.status, "additions": 0, "deletions": 0, "changes": 0,
        "blob_url": format!("{html_url}/blob/{path}"), "raw_url": format!("{html_url}/raw/{path}"),
        "contents_url": format!("{api_url}/contents/{path}"),
    });
    if let Some(previous) = &file.previous {
        told["previous_filename"] = previous.as_str().into();
    }
    told
}
