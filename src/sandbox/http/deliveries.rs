//! The App's own list of webhook deliveries, and a second attempt at one.

use super::Refusal;
use super::access::ByApp;
use super::page::{Page, next_link};
use crate::sandbox::answer;
use crate::sandbox::state::{DeliveryOutcome, Hub};
use crate::sandbox::webhook;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
pub struct Filter {
    /// The last id of the page before; ids grow with time.
    cursor: Option<i64>,
    status: Option<String>,
}

pub async fn list(
    _: ByApp,
    hub: Data<Hub>,
    filter: Query<Filter>,
    request: HttpRequest,
) -> Result<HttpResponse, Refusal> {
    let size = Page::of(&request)?.size();
    let state = hub.state();
    let wanted = state.deliveries.attempts.iter().rev().filter(|attempt| filter.lets_through(attempt));
    let mut items: Vec<&DeliveryOutcome> = wanted.take(size + 1).collect();
    let more = items.len() > size;
    items.truncate(size);
    let mut response = HttpResponse::Ok();
    if more && let Some(last) = items.last() {
        let status = filter.status.as_ref().map_or_else(String::new, |status| format!("&status={status}"));
        response.insert_header(next_link(&request, &format!("per_page={size}&cursor={}{status}", last.id)));
    }
    Ok(response.json(items.into_iter().map(answer::delivery).collect::<Vec<Value>>()))
}

pub async fn one(_: ByApp, hub: Data<Hub>, id: Path<i64>) -> Result<HttpResponse, Refusal> {
    let attempt = find(&hub, *id)?;
    Ok(HttpResponse::Ok().json(answer::delivery_with_bodies(&attempt)))
}

/// Sends the same delivery again, with the same GUID.
pub async fn attempt(_: ByApp, hub: Data<Hub>, id: Path<i64>) -> Result<HttpResponse, Refusal> {
    let first = find(&hub, *id)?;
    let hub: Arc<Hub> = hub.into_inner();
    hub.runtime.clone().spawn(async move { webhook::send(&hub, first.delivery, true).await });
    Ok(HttpResponse::Accepted().json(json!({})))
}

fn find(hub: &Hub, id: i64) -> Result<DeliveryOutcome, Refusal> {
    let state = hub.state();
    let found = state.deliveries.attempts.iter().find(|attempt| attempt.id == id);
    found.cloned().ok_or_else(Refusal::not_found)
}

impl Filter {
    /// `failure` is a status of 400 to 599; an attempt without an answer is neither success nor failure.
    fn lets_through(&self, attempt: &DeliveryOutcome) -> bool {
        let older = self.cursor.is_none_or(|cursor| attempt.id < cursor);
        let fits = match self.status.as_deref() {
            Some("success") => attempt.is_ok(),
            Some("failure") => (400..600).contains(&attempt.status_code),
            _ => true,
        };
        older && fits
    }
}
