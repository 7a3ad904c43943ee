//! One attempt at one delivery, signed, with GitHub's headers and GitHub's patience.

use crate::sandbox::options::{ENTERPRISE_VERSION, Edition, WebhookFormat};
use crate::sandbox::state::{Delivery, DeliveryOutcome, Hub};
use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;
use std::sync::Arc;
use std::time::{Duration, Instant};

const HOOK_ID: i64 = 1;

/// Sends it on the stand-in's own runtime and notes the outcome; there is never a second attempt by itself.
pub async fn send(hub: &Arc<Hub>, delivery: Delivery, redelivery: bool) {
    let shared = hub.clone();
    let sent = hub.runtime.spawn(async move { attempt(&shared, delivery, redelivery).await });
    if let Err(error) = sent.await {
        tracing::warn!(error = %error, "a delivery was cut short");
    }
}

/// The value of `X-Hub-Signature-256` for this body.
pub fn signature(secret: &str, body: &[u8]) -> String {
    // HMAC takes a key of any length.
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let digest = mac.map(|mac| mac.chain_update(body).finalize().into_bytes());
    format!("sha256={}", digest.map(hex::encode).unwrap_or_default())
}

async fn attempt(hub: &Hub, delivery: Delivery, redelivery: bool) {
    let started = Instant::now();
    let (url, secret, format, app_id) = {
        let app = &hub.state().app;
        (app.webhook_url.clone(), app.webhook_secret.clone(), app.webhook_format, app.id)
    };
    let (content_type, body) = encode(format, &delivery.payload);
    let mut request_headers = headers(&delivery, content_type, &signature(&secret, &body), app_id);
    request_headers.extend(enterprise_headers(hub));
    record(hub, &request_headers, &secret, &body);
    let answer = match url {
        Some(url) => post(hub, &url, &request_headers, body).await,
        None => Err("the App has no webhook URL".to_owned()),
    };
    let (status, status_code, response_body) = match answer {
        Ok((code, body)) if (200..300).contains(&code) => ("OK".to_owned(), code, body),
        Ok((code, body)) => (format!("Invalid HTTP Response: {code}"), code, body),
        Err(reason) => (reason, 0, String::new()),
    };
    tracing::debug!(delivery = delivery.guid, event = delivery.event, status, "webhook delivered");
    let mut state = hub.state();
    let id = state.id(None);
    state.deliveries.note(DeliveryOutcome {
        id,
        delivery,
        redelivery,
        delivered_at: Utc::now(),
        duration: started.elapsed(),
        status,
        status_code,
        response_body,
        request_headers,
    });
}

fn record(hub: &Hub, headers: &[(String, String)], secret: &str, body: &[u8]) {
    if let Some(recorder) = &hub.recorder {
        let headers: Map<String, Value> =
            headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone().into())).collect();
        let body = String::from_utf8_lossy(body);
        let edition = hub.edition.name();
        recorder
            .note(&json!({"kind": "webhook", "edition": edition, "headers": headers, "secret": secret, "body": body}));
    }
}

fn encode(format: WebhookFormat, payload: &[u8]) -> (&'static str, Vec<u8>) {
    match format {
        WebhookFormat::Json => ("application/json", payload.to_vec()),
        WebhookFormat::Form => {
            let text = String::from_utf8_lossy(payload);
            let form = serde_urlencoded::to_string([("payload", text)]).unwrap_or_default();
            ("application/x-www-form-urlencoded", form.into_bytes())
        }
    }
}

fn headers(delivery: &Delivery, content_type: &str, signature: &str, app_id: i64) -> Vec<(String, String)> {
    let headers = [
        ("Content-Type", content_type),
        ("User-Agent", "GitHub-Hookshot/5a4d1de"),
        ("Accept", "*/*"),
        ("X-GitHub-Event", &delivery.event),
        ("X-GitHub-Delivery", &delivery.guid),
        ("X-GitHub-Hook-ID", &HOOK_ID.to_string()),
        ("X-GitHub-Hook-Installation-Target-ID", &app_id.to_string()),
        ("X-GitHub-Hook-Installation-Target-Type", "integration"),
        ("X-Hub-Signature-256", signature),
    ];
    headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn enterprise_headers(hub: &Hub) -> Vec<(String, String)> {
    if hub.edition == Edition::Cloud {
        return Vec::new();
    }
    let host = hub.url.web.split_once("://").map_or(&*hub.url.web, |(_, host)| host);
    let headers = [("X-GitHub-Enterprise-Version", ENTERPRISE_VERSION), ("X-GitHub-Enterprise-Host", host)];
    headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn patience(edition: Edition) -> Duration {
    match edition {
        Edition::Cloud => Duration::from_secs(10),
        Edition::EnterpriseServer => Duration::from_secs(30),
    }
}

async fn post(hub: &Hub, url: &str, headers: &[(String, String)], body: Vec<u8>) -> Result<(u16, String), String> {
    let mut request = hub.webhook_client.post(url).timeout(patience(hub.edition)).body(body);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let reason = |error: reqwest::Error| {
        if error.is_timeout() { "timed out".to_owned() } else { "failed to connect to host".to_owned() }
    };
    let response = request.send().await.map_err(reason)?;
    let code = response.status().as_u16();
    Ok((code, response.text().await.map_err(reason)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_githubs_own_example() {
        let expected = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert_eq!(signature("It's a Secret to Everybody", b"Hello, World!"), expected);
    }

    #[test]
    fn a_form_carries_the_json_in_one_field() {
        let (content_type, body) = encode(WebhookFormat::Form, br#"{"a":"b c"}"#);
        assert_eq!(content_type, "application/x-www-form-urlencoded");
        assert_eq!(body, b"payload=%7B%22a%22%3A%22b+c%22%7D");
    }
}
