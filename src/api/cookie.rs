//! The two cookies of a sign-in.

use super::state::ApiState;
use actix_web::HttpRequest;
use actix_web::http::header::{COOKIE, HeaderValue};

/// Opens a session.
pub(super) const SESSION: &str = "dotcursor_session";
/// Between leaving for GitHub and coming back: state, verifier, and where to go then.
pub(super) const ATTEMPT: &str = "dotcursor_sign_in";

/// The first cookie with this name.
pub(super) fn read<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let all = request.headers().get_all(COOKIE).filter_map(|header| header.to_str().ok());
    let mut pairs = all.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// Never told to scripts, never sent with another site's requests but by following a link.
pub(super) fn set(state: &ApiState, name: &str, value: &str, path: &str, seconds: u64) -> Option<HeaderValue> {
    let secure = if state.is_https() { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).ok()
}
