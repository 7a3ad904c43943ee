//! `GET /repos/{owner}/{repo}/git/blobs/{sha}`: base64 in JSON, or the bytes themselves.

use super::access::Target;
use super::{Refusal, blocking};
use crate::sandbox::answer::node_id;
use crate::sandbox::git::{Object, ObjectKind};
use crate::sandbox::state::{HostedRepository, Hub};
use actix_web::http::header::ACCEPT;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

const LARGEST_BLOB: u64 = 100 << 20;

pub async fn one(target: Target, hub: Data<Hub>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let Target(repository) = target;
    let url = format!("{}/repos/{}/git/blobs", hub.url.api, repository.full_name);
    let sha = request.match_info().query("sha").to_owned();
    let accepted = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let raw = accepted.contains("raw");
    let blob = blocking(move || read(&repository, &sha)).await?;
    if raw {
        return Ok(HttpResponse::Ok().content_type("application/vnd.github.raw").body(blob.bytes));
    }
    let sha = blob.info.oid;
    Ok(HttpResponse::Ok().json(json!({
        "sha": sha, "node_id": node_id("Blob", &sha), "size": blob.bytes.len(), "url": format!("{url}/{sha}"),
        "content": base64_lines(&blob.bytes), "encoding": "base64",
    })))
}

fn read(repository: &HostedRepository, sha: &str) -> Result<Object, Refusal> {
    let is_name = matches!(sha.len(), 40 | 64) && sha.bytes().all(|byte| byte.is_ascii_hexdigit());
    let info = if is_name { repository.git.info(sha)? } else { None };
    match info.filter(|info| info.kind == ObjectKind::Blob) {
        Some(info) if info.size > LARGEST_BLOB => {
            Err(Refusal::new(403, "This API returns blobs up to 100 MB in size. The requested blob is too large."))
        }
        Some(info) => repository.git.read(&info.oid)?.ok_or_else(Refusal::not_found),
        None if repository.is_empty()? => Err(Refusal::empty_repository()),
        None => Err(Refusal::not_found()),
    }
}

/// Base64 as GitHub writes it: lines of 60 characters, each ended by a line feed.
fn base64_lines(bytes: &[u8]) -> String {
    const LINE: usize = 60;
    let text = STANDARD.encode(bytes);
    let lines = text.as_bytes().chunks(LINE).map(|line| String::from_utf8_lossy(line).into_owned() + "\n");
    lines.collect()
}
