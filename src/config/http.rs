//! The HTTP server.

use super::variables::Variables;
use secrecy::SecretString;
use std::net::SocketAddr;
use url::Url;

#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// `DOTCURSOR_LISTEN`; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// `DOTCURSOR_ADMIN_TOKEN`: made and printed once at the first start if it is not set.
    pub admin_token: Option<SecretString>,
    /// `DOTCURSOR_PUBLIC_URL`: where people reach this server, for links.
    pub public_url: Option<Url>,
    /// `DOTCURSOR_RATE_LIMIT`: requests a minute for each token; `None` for as many as come.
    pub rate_limit: Option<u32>,
    /// `DOTCURSOR_CORS_ORIGINS`, comma separated: pages that may ask the API.
    pub cors_origins: Vec<String>,
}

/// A hundred a second.
const USUAL_RATE: u32 = 6_000;

/// Shorter ones can be guessed.
const SHORTEST_TOKEN: usize = 16;

pub(super) fn read(variables: &mut Variables<'_>) -> HttpConfig {
    let listen = variables.parsed(
        "DOTCURSOR_LISTEN",
        "Expected is an address with a port, such as 127.0.0.1:3000 or [::]:3000",
        SocketAddr::from(([127, 0, 0, 1], 3000)),
        |text| text.parse().ok(),
    );
    let public_url = variables.parsed(
        "DOTCURSOR_PUBLIC_URL",
        "Expected is a URL that begins with http:// or https://, without user and password",
        None,
        |text| plain_url(text).map(Some),
    );
    let admin_token = variables.text("DOTCURSOR_ADMIN_TOKEN");
    if admin_token.as_ref().is_some_and(|token| token.len() < SHORTEST_TOKEN) {
        let mend =
            format!("At least {SHORTEST_TOKEN} characters are expected, for instance from `openssl rand -hex 32`");
        variables.problem("DOTCURSOR_ADMIN_TOKEN", "it is too short", mend);
    }
    let rate_limit = variables.parsed(
        "DOTCURSOR_RATE_LIMIT",
        "Expected is a number of requests a minute, or 0 for no limit",
        USUAL_RATE,
        |text| text.parse().ok(),
    );
    HttpConfig {
        listen,
        admin_token: admin_token.map(Into::into),
        public_url,
        rate_limit: Some(rate_limit).filter(|rate| *rate > 0),
        cors_origins: cors_origins(variables),
    }
}

/// As browsers write origins.
fn cors_origins(variables: &mut Variables<'_>) -> Vec<String> {
    let origin = |text: &str| {
        let url = plain_url(text)?;
        let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        is_bare.then(|| url.origin().ascii_serialization())
    };
    variables.parsed(
        "DOTCURSOR_CORS_ORIGINS",
        "Expected are origins, comma separated, each as https://app.example.com, without a path",
        vec![],
        |text| text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(origin).collect(),
    )
}

/// An http(s) URL that may be shown to anybody.
pub(super) fn plain_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    plain.then_some(url)
}
