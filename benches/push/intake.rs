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

pub async fn alone(setup: Setup) -> Vec<Row> {
    let app = TestApp::start(setup).await;
    let repo = Repo::with(&[(".cursor/rules/style.mdc", "Use tabs.")]);
    let (id, _) = app.install(&repo, "octo/bench").await;
    let body = untouched_push(id, app.installation);
    let secret = app.github.webhook_secret();
    let ours = app.address().trim_start_matches("http://").to_owned();
    let bare = bare_handler(secret.clone());
    let mut pairs = vec![];
    for _ in 0..TURNS {
        let without = rate(&bare, &secret, &body, TURN).await;
        let with = rate(&ours, &secret, &body, TURN).await;
        pairs.push((with, without));
    }
    let ratio = median(pairs.iter().map(|(with, without)| with / without).collect());
    let with = median(pairs.iter().map(|pair| pair.0).collect());
    let without = median(pairs.iter().map(|pair| pair.1).collect());
    vec![
        (format!("intake: signed {} KB pushes, durable, per second", body.len() / 1000), format!("{with:.0}")),
        ("the same into a bare handler that only checks the HMAC".into(), format!("{without:.0}")),
        ("ratio, median of the pairs".into(), format!("{ratio:.2}")),
    ]
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
