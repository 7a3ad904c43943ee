//! Deliveries under control: what is kept back, in which order it goes out, what came of it.

use super::{StandIn, StandInError};
use crate::sandbox::options::WebhookFormat;
use crate::sandbox::state::{Delivery, DeliveryMode, DeliveryOutcome, HeldDelivery};
use crate::sandbox::webhook::send;

impl StandIn {
    pub fn set_webhook_url(&self, url: &str) {
        self.hub.state().app.webhook_url = Some(url.to_owned());
    }

    pub fn set_insecure_ssl(&self, on: bool) {
        self.hub.state().app.insecure_ssl = on;
    }

    pub fn set_webhook_secret(&self, secret: &str) {
        secret.clone_into(&mut self.hub.state().app.webhook_secret);
    }

    pub fn set_webhook_format(&self, format: WebhookFormat) {
        self.hub.state().app.webhook_format = format;
    }

    /// From now on; what is kept back stays so.
    pub fn set_delivery_mode(&self, mode: DeliveryMode) {
        self.hub.state().deliveries.mode = mode;
    }

    /// What is kept back, oldest first.
    pub fn held(&self) -> Vec<HeldDelivery> {
        self.hub.state().deliveries.held.iter().map(Delivery::as_held).collect()
    }

    /// The JSON of a delivery that is kept back or was sent.
    pub fn payload(&self, guid: &str) -> Option<serde_json::Value> {
        let payload = self.hub.state().deliveries.find(guid)?.payload.clone();
        serde_json::from_slice(&payload).ok()
    }

    /// Sends one that is kept back, and returns when it was answered.
    pub async fn deliver(&self, guid: &str) -> Result<DeliveryOutcome, StandInError> {
        let held = self.hub.state().deliveries.take_held(guid).ok_or_else(|| unknown(guid))?;
        self.send(held, false).await
    }

    /// Sends one again, kept back (where it stays) or sent before, under the same GUID.
    pub async fn deliver_again(&self, guid: &str) -> Result<DeliveryOutcome, StandInError> {
        let delivery = self.hub.state().deliveries.find(guid).cloned().ok_or_else(|| unknown(guid))?;
        self.send(delivery, true).await
    }

    /// Sends all that is kept back, oldest first, one after another.
    pub async fn deliver_all(&self) {
        let held = std::mem::take(&mut self.hub.state().deliveries.held);
        for delivery in held {
            send(&self.hub, delivery, false).await;
        }
    }

    /// Loses one that is kept back; whether there was one.
    pub fn lose(&self, guid: &str) -> bool {
        self.hub.state().deliveries.take_held(guid).is_some()
    }

    /// Every attempt so far, oldest first.
    pub fn deliveries(&self) -> Vec<DeliveryOutcome> {
        self.hub.state().deliveries.attempts.clone()
    }

    async fn send(&self, delivery: Delivery, again: bool) -> Result<DeliveryOutcome, StandInError> {
        let guid = delivery.guid.clone();
        send(&self.hub, delivery, again).await;
        let state = self.hub.state();
        let sent = state.deliveries.attempts.iter().rev().find(|attempt| attempt.delivery.guid == guid);
        sent.cloned().ok_or_else(|| unknown(&guid))
    }
}

fn unknown(guid: &str) -> StandInError {
    StandInError::Unknown { what: "delivery", id: guid.to_owned() }
}
