//! Who may set the App up: whoever opens the address that was printed at the start. Its token gives way to a cookie at once, so
//! that it stays in no history of a browser.

use super::super::session::is_own;
use super::super::state::ApiState;
use super::fields::Entered;
use super::{PATH, Setup, cookie, page};
use actix_web::{HttpRequest, HttpResponse, web};
use secrecy::ExposeSecret;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const LIFETIME_SECONDS: u64 = 12 * 3600;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    token: Option<String>,
}

/// `GET /setup`
pub(super) async fn show(state: web::Data<ApiState>, request: HttpRequest) -> HttpResponse {
    let Some(setup) = &state.setup else {
        return page::has_its_app(state.app_page.as_deref());
    };
    let asked = web::Query::<Asked>::from_query(request.query_string()).ok();
    if let Some(token) = asked.and_then(|asked| asked.into_inner().token) {
        let good = token.as_bytes().ct_eq(setup.0.token.expose_secret().as_bytes());
        return if good.into() {
            page::see_other(PATH, cookie::set(&request, cookie::KEY, &key(setup), LIFETIME_SECONDS))
        } else {
            page::locked()
        };
    }
    if is_open(setup, &request) { page::form(setup, &Entered::default(), &[]) } else { page::locked() }
}

/// Why nobody gets in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shut {
    /// There is nothing to do any more.
    HasItsApp,
    Locked,
}

impl Shut {
    pub(super) fn page(self) -> HttpResponse {
        match self {
            Self::HasItsApp => page::see_other(PATH, None),
            Self::Locked => page::locked(),
        }
    }
}

/// For whoever was let in.
pub(super) fn enter<'a>(state: &'a ApiState, request: &HttpRequest) -> Result<&'a Setup, Shut> {
    let setup = state.setup.as_ref().ok_or(Shut::HasItsApp)?;
    if is_open(setup, request) { Ok(setup) } else { Err(Shut::Locked) }
}

/// What was entered into a form of ours, by whoever was let in.
pub(super) fn form<'a>(
    state: &'a ApiState,
    request: &HttpRequest,
    body: &[u8],
) -> Result<(&'a Setup, Entered), Box<HttpResponse>> {
    let setup = enter_to_write(state, request).map_err(|shut| Box::new(shut.page()))?;
    match Entered::read(body) {
        Ok(entered) => Ok((setup, entered)),
        Err(problem) => Err(Box::new(page::form(setup, &Entered::default(), &[problem]))),
    }
}

fn enter_to_write<'a>(state: &'a ApiState, request: &HttpRequest) -> Result<&'a Setup, Shut> {
    let setup = enter(state, request)?;
    // The page may be opened at another address than the public one, through a tunnel to the machine for one.
    let own = is_own(request, None) || is_own(request, state.public_url.as_ref());
    if own { Ok(setup) } else { Err(Shut::Locked) }
}

fn is_open(setup: &Setup, request: &HttpRequest) -> bool {
    let known = cookie::read(request, cookie::KEY);
    known.is_some_and(|known| known.as_bytes().ct_eq(key(setup).as_bytes()).into())
}

/// Not the token itself, which is also good as part of an address.
fn key(setup: &Setup) -> String {
    let mut digest = Sha256::new();
    digest.update("dotcursor setup cookie\0");
    digest.update(setup.0.token.expose_secret());
    hex::encode(digest.finalize())
}
