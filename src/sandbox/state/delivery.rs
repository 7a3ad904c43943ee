//! Webhook deliveries: what is kept back, what was sent, what came of it.

use chrono::{DateTime, Utc};
use std::time::Duration;

/// What happens to an event when it occurs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeliveryMode {
    #[default]
    Now,
    /// Kept until somebody delivers it, in whatever order.
    Held,
    Never,
    Twice,
    Late(Duration),
}

/// One event on its way to the App; sent again, it is the same one.
#[derive(Clone, Debug)]
pub struct Delivery {
    pub guid: String,
    pub event: String,
    pub action: Option<String>,
    pub installation: Option<i64>,
    pub repository: Option<i64>,
    /// The JSON text, before a form is made of it.
    pub payload: Vec<u8>,
}

/// What a test sees of a delivery that is kept back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldDelivery {
    pub guid: String,
    pub event: String,
    pub action: Option<String>,
    pub repository: Option<i64>,
}

/// One attempt, as `GET /app/hook/deliveries` lists it.
#[derive(Clone, Debug)]
pub struct DeliveryOutcome {
    pub id: i64,
    pub delivery: Delivery,
    pub redelivery: bool,
    pub delivered_at: DateTime<Utc>,
    pub duration: Duration,
    /// `OK`, or why not.
    pub status: String,
    /// 0 if there was no answer.
    pub status_code: u16,
    pub response_body: String,
    pub request_headers: Vec<(String, String)>,
}

impl DeliveryOutcome {
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status_code)
    }
}

#[derive(Debug, Default)]
pub struct DeliveryLog {
    pub mode: DeliveryMode,
    pub held: Vec<Delivery>,
    pub attempts: Vec<DeliveryOutcome>,
}

impl DeliveryLog {
    /// GitHub forgets after some days, this list after some thousands.
    const MOST_ATTEMPTS: usize = 4_000;

    pub fn note(&mut self, attempt: DeliveryOutcome) {
        if self.attempts.len() >= Self::MOST_ATTEMPTS {
            self.attempts.drain(..Self::MOST_ATTEMPTS / 4);
        }
        self.attempts.push(attempt);
    }

    /// Takes a delivery that is kept back.
    pub fn take_held(&mut self, guid: &str) -> Option<Delivery> {
        let place = self.held.iter().position(|delivery| delivery.guid == guid)?;
        Some(self.held.remove(place))
    }

    /// A delivery that is kept back or was sent.
    pub fn find(&self, guid: &str) -> Option<&Delivery> {
        let sent = self.attempts.iter().map(|attempt| &attempt.delivery);
        self.held.iter().chain(sent).find(|delivery| delivery.guid == guid)
    }
}

impl Delivery {
    pub fn as_held(&self) -> HeldDelivery {
        HeldDelivery {
            guid: self.guid.clone(),
            event: self.event.clone(),
            action: self.action.clone(),
            repository: self.repository,
        }
    }
}
