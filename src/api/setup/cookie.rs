//! The cookies of setting the App up. Whether they are for TLS alone is told by the request: the page is often opened at another
//! address than the public one.

pub(super) use super::super::cookie::find as read;

use actix_web::HttpRequest;
use actix_web::http::header::HeaderValue;

/// Opens the pages.
pub(super) const KEY: &str = "dotcursor_setup";
/// Between leaving for GitHub to register the App and coming back.
pub(super) const ATTEMPT: &str = "dotcursor_registration";

pub(super) fn set(request: &HttpRequest, name: &str, value: &str, seconds: u64) -> Option<HeaderValue> {
    // Whoever says so without TLS only loses the cookie.
    let secure = if request.connection_info().scheme() == "https" { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path={}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", super::PATH);
    HeaderValue::from_str(&text).ok()
}
