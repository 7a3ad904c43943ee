//! An attempt at a delivery, in the list and in full.

use crate::sandbox::state::DeliveryOutcome;
use chrono::SecondsFormat;
use serde_json::{Map, Value, json};

pub fn delivery(attempt: &DeliveryOutcome) -> Value {
    json!({
        "id": attempt.id, "guid": attempt.delivery.guid,
        "delivered_at": attempt.delivered_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "redelivery": attempt.redelivery, "duration": attempt.duration.as_secs_f64(),
        "status": attempt.status, "status_code": attempt.status_code,
        "event": attempt.delivery.event, "action": attempt.delivery.action,
        "installation_id": attempt.delivery.installation, "repository_id": attempt.delivery.repository,
        "throttled_at": null,
    })
}

pub fn delivery_with_bodies(attempt: &DeliveryOutcome) -> Value {
    let headers: Map<String, Value> =
        attempt.request_headers.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let payload: Value = serde_json::from_slice(&attempt.delivery.payload).unwrap_or_default();
    let mut full = delivery(attempt);
    full["request"] = json!({"headers": headers, "payload": payload});
    full["response"] = json!({"headers": {}, "payload": attempt.response_body});
    full
}
