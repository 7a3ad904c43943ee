//! Signed 10 KB pushes, accepted and durable, against a bare handler that only checks the HMAC.

use super::load::{rate, untouched_push};
use super::support::{Repo, Setup, TestApp};
use super::{Row, median};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::time::Duration;

const TURN: Duration = Duration::from_secs(4);
const TURNS: usize = 5;

/// Pushes taken a second, medians of the turns.
pub struct Compared {
    pub body_bytes: usize,
    pub ours: f64,
    pub others: f64,
    /// The median of the pairs' ratios.
    pub ratio: f64,
}

pub async fn alone(setup: Setup) -> Vec<Row> {
    let compared = beside(setup, async |secret| bare_handler(secret.to_owned())).await;
    vec![
        (
            format!("intake: signed {} KB pushes, durable, per second", compared.body_bytes / 1000),
            format!("{:.0}", compared.ours),
        ),
        ("the same into a bare handler that only checks the HMAC".into(), format!("{:.0}", compared.others)),
        ("ratio, median of the pairs".into(), format!("{:.2}", compared.ratio)),
    ]
}

/// In turns with another server, which `start` starts with the secret; it says where.
pub async fn beside(setup: Setup, start: impl AsyncFnOnce(&str) -> String) -> Compared {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(".cursor/rules/style.mdc", "Use tabs.")]);
    let (id, _) = app.install(&repo, "octo/bench").await;
    let body = untouched_push(id, app.installation);
    let secret = app.github.webhook_secret();
    let ours = app.address().trim_start_matches("http://").to_owned();
    let other = start(&secret).await;
    let (mut with, mut without, mut ratios) = (vec![], vec![], vec![]);
    for _ in 0..TURNS {
        let others = rate(&other, &secret, &body, TURN).await;
        let own = rate(&ours, &secret, &body, TURN).await;
        without.push(others);
        with.push(own);
        ratios.push(own / others);
    }
    Compared { body_bytes: body.len(), ours: median(with), others: median(without), ratio: median(ratios) }
}

/// Serves for the rest of the process; returns host and port.
fn bare_handler(secret: String) -> String {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(secret.clone()))
            .app_data(web::PayloadConfig::new(26 * 1024 * 1024))
            .route("/webhooks/github", web::post().to(check))
    });
    let server = server.bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0].to_string();
    tokio::spawn(server.run());
    address
}

async fn check(request: HttpRequest, secret: web::Data<String>, body: web::Bytes) -> HttpResponse {
    let given = request.headers().get("X-Hub-Signature-256").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(&body);
    let good = hex::decode(given.trim_start_matches("sha256=")).is_ok_and(|given| mac.verify_slice(&given).is_ok());
    if good { HttpResponse::Accepted().finish() } else { HttpResponse::Unauthorized().finish() }
}
