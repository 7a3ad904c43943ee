//! `/app/hook/config`: how the App's webhooks are sent.

use super::Refusal;
use super::access::ByApp;
use crate::sandbox::options::WebhookFormat;
use crate::sandbox::state::{App, Hub};
use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde::Deserialize;
use serde_json::json;

#[derive(Debug, Default, Deserialize)]
struct Change {
    url: Option<String>,
    content_type: Option<String>,
    secret: Option<String>,
    insecure_ssl: Option<String>,
}

pub async fn show(_: ByApp, hub: Data<Hub>) -> HttpResponse {
    answer(&hub.state().app)
}

pub async fn change(_: ByApp, hub: Data<Hub>, body: Bytes) -> Result<HttpResponse, Refusal> {
    let change: Change = serde_json::from_slice(&body).map_err(|_| Refusal::new(400, "Problems parsing JSON"))?;
    let format = match change.content_type.as_deref() {
        None => None,
        Some("json") => Some(WebhookFormat::Json),
        Some("form") => Some(WebhookFormat::Form),
        Some(_) => return Err(Refusal::invalid("Hook", "content_type", "invalid")),
    };
    let app = &mut hub.state().app;
    app.webhook_url = change.url.or(app.webhook_url.take());
    app.webhook_format = format.unwrap_or(app.webhook_format);
    app.webhook_secret = change.secret.unwrap_or_else(|| std::mem::take(&mut app.webhook_secret));
    app.insecure_ssl = change.insecure_ssl.map_or(app.insecure_ssl, |text| text == "1");
    Ok(answer(app))
}

/// A secret is never shown again.
fn answer(app: &App) -> HttpResponse {
    let content_type = match app.webhook_format {
        WebhookFormat::Json => "json",
        WebhookFormat::Form => "form",
    };
    let mut config = json!({"content_type": content_type, "insecure_ssl": if app.insecure_ssl { "1" } else { "0" }});
    if let Some(url) = &app.webhook_url {
        config["url"] = url.as_str().into();
    }
    if !app.webhook_secret.is_empty() {
        config["secret"] = "********".into();
    }
    HttpResponse::Ok().json(config)
}
