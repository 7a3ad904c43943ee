//! ETags, and 304 for a reader that has the answer already.

use super::Refusal;
use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::ServiceResponse;
use actix_web::http::header::{AUTHORIZATION, ETAG, HeaderValue, IF_NONE_MATCH};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpResponse};
use sha2::{Digest, Sha256};

/// Gives a successful GET its ETag, and takes its body away if the reader named that tag. As at GitHub a tag is good for the
/// token that it was given to, and for no other.
pub async fn not_modified(response: ServiceResponse) -> Result<ServiceResponse, Error> {
    if response.request().method() != Method::GET || response.status() != StatusCode::OK {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (mut head, body) = response.into_parts();
    let bytes = to_bytes(body).await.map_err(|_| Refusal::of_status(500))?;
    let reader = request.headers().get(AUTHORIZATION).map_or(&b""[..], HeaderValue::as_bytes);
    let tag = format!("W/\"{}\"", hex::encode(Sha256::new().chain_update(&bytes).chain_update(reader).finalize()));
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| known.contains(tag.trim_start_matches("W/"))) {
        let mut unchanged = HttpResponse::NotModified();
        return Ok(ServiceResponse::new(request, unchanged.insert_header((ETAG, tag)).finish()));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        head.headers_mut().insert(ETAG, tag);
    }
    Ok(ServiceResponse::new(request, head.set_body(BoxBody::new(bytes))))
}
