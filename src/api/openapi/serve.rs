//! `GET /openapi.json` and `GET /docs`.

use super::document::document;
use super::operation::Operation;
use super::page as html;
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, ContentType, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::Bytes;
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(document().to_string()));
static PAGE: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(html::render(&document())));

pub(in crate::api) async fn json() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::json()).body(DOCUMENT.clone())
}

pub(in crate::api) fn json_operation() -> Operation {
    Operation::open("getDocument", "This document.").answers_object("An OpenAPI 3.1 document.")
}

pub(in crate::api) async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type(ContentType::html())
        .insert_header((CONTENT_SECURITY_POLICY, html::policy()))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .body(PAGE.clone())
}

pub(in crate::api) fn page_operation() -> Operation {
    Operation::open("getPage", "This document as a page for people.")
        .answers_text("text/html; charset=utf-8", "<!doctype html>…")
}
