//! `ETag` on what is read, and 304 where the reader has it already.
//!
//! The tag is a hash of the bytes, so that it is the same on every instance, and after any change that changes nothing.
//! <https://www.rfc-editor.org/rfc/rfc9110#name-conditional-requests>

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MATCH, IF_NONE_MATCH};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

/// Whoever keeps an answer asks each time whether it still stands; nobody in between keeps it for others.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-cache");

/// Around every route that reads.
pub(super) async fn tag(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (request, response) = next.call(request).await?.into_parts();
    let response = response.map_into_boxed_body();
    if response.status() != StatusCode::OK {
        return Ok(ServiceResponse::new(request, response));
    }
    let (head, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(bytes) => bytes,
        // What comes bit by bit has no tag.
        Err(stream) => return Ok(ServiceResponse::new(request, head.set_body(stream))),
    };
    let tag = entity_tag(&body);
    let known = is_known(request.headers(), &tag);
    let mut response = if known { HttpResponse::NotModified().finish() } else { head.set_body(BoxBody::new(body)) };
    if let Ok(value) = HeaderValue::from_str(&tag) {
        response.headers_mut().insert(ETAG, value);
    }
    response.headers_mut().insert(CACHE_CONTROL, PRIVATE);
    Ok(ServiceResponse::new(request, response))
}

/// 128 bits of SHA-256.
pub(super) fn entity_tag(body: &Bytes) -> String {
    let hash = Sha256::digest(body);
    format!("\"{}\"", hex::encode(&hash[..16]))
}

/// Whether the request goes on what its sender has read.
pub(super) fn is_conditional(request: &HttpRequest) -> bool {
    request.headers().contains_key(IF_MATCH)
}

/// Whether `If-Match` names the tag, by the strong comparison that writing asks for.
pub(super) fn is_met(request: &HttpRequest, tag: &str) -> bool {
    tags_of(request.headers(), &IF_MATCH).any(|one| one == "*" || one == tag)
}

fn tags_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let texts = headers.get_all(name).filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim)
}

/// Whether `If-None-Match` names the tag, by the weak comparison that reading asks for.
fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    tags_of(asked, &IF_NONE_MATCH).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knows(header: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, HeaderValue::from_static(header));
        is_known(&headers, "\"a\"")
    }

    #[test]
    fn a_tag_is_found_in_a_list() {
        assert!(knows("\"a\"") && knows("W/\"a\"") && knows("\"b\", \"a\"") && knows("*"));
        assert!(!knows("\"b\"") && !knows("a") && !knows(""));
    }
}
