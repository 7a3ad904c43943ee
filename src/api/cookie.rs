//! The two cookies of a sign-in.

use super::state::ApiState;
use actix_web::HttpRequest;
use actix_web::http::header::{COOKIE, HeaderValue};
use std::borrow::Cow;

/// Opens a session.
pub(super) const SESSION: &str = "dotcursor_session";
/// Between leaving for GitHub and coming back: state, verifier, and where to go then.
pub(super) const ATTEMPT: &str = "dotcursor_sign_in";

/// Over TLS browsers let no other server of the domain set a cookie that is called so.
fn full_name(name: &str, is_https: bool) -> Cow<'_, str> {
    if is_https { format!("__Host-{name}").into() } else { name.into() }
}

/// The first cookie with this name.
pub(super) fn read<'a>(state: &ApiState, request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    find(request, &full_name(name, state.is_https()))
}

/// By the name that the browser sends.
pub(super) fn find<'a>(request: &'a HttpRequest, full_name: &str) -> Option<&'a str> {
    let all = request.headers().get_all(COOKIE).filter_map(|header| header.to_str().ok());
    let mut pairs = all.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(found, _)| *found == full_name).map(|(_, value)| value)
}

pub(super) fn set(state: &ApiState, name: &str, value: &str, seconds: u64) -> Option<HeaderValue> {
    HeaderValue::from_str(&written(name, value, seconds, state.is_https())).ok()
}

/// Never told to scripts, never sent with another site's requests but by following a link.
fn written(name: &str, value: &str, seconds: u64, is_https: bool) -> String {
    let (name, secure) = (full_name(name, is_https), if is_https { "; Secure" } else { "" });
    format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_tls_a_cookie_is_this_servers_alone() {
        let plain = "dotcursor_session=x; Path=/; Max-Age=9; HttpOnly; SameSite=Lax";
        assert_eq!(written(SESSION, "x", 9, false), plain);
        assert_eq!(written(SESSION, "x", 9, true), format!("__Host-{plain}; Secure"));
    }
}
