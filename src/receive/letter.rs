//! A delivery as it arrived, with its seal: opened only if a holder of a secret has put it there.

use super::body::Body;
use super::headers::{Encoding, Identity};
use super::payload;
use super::refusal::Refusal;
use super::signature::{Secrets, Signature};
use crate::model::Delivery;
use actix_web::web;
use std::borrow::Cow;

/// The field of a form that holds the JSON.
const FIELD: &str = "payload";

pub(super) struct Letter {
    pub signature: Signature,
    pub encoding: Encoding,
    /// Told only to who has signed, also if it is a refusal.
    pub identity: Result<Identity, Refusal>,
    pub body: Body,
}

impl Letter {
    /// Opens a large one off the worker thread, which others wait for.
    pub(super) async fn open(self, secrets: &Secrets) -> Result<Delivery, Refusal> {
        if !self.body.is_large() {
            return self.open_here(secrets);
        }
        let secrets = secrets.clone();
        web::block(move || self.open_here(&secrets)).await.map_err(|error| Refusal::BrokeOff(error.to_string()))?
    }

    fn open_here(self, secrets: &Secrets) -> Result<Delivery, Refusal> {
        secrets.check(&self.signature, &self.body.bytes)?;
        let Identity { id, event: name } = self.identity?;
        let (action, event) = match self.encoding {
            Encoding::Json => payload::read(&name, &self.body.bytes)?,
            Encoding::Form => payload::read(&name, payload_field(&self.body.bytes)?.as_bytes())?,
        };
        Ok(Delivery { id, name, action, event })
    }
}

fn payload_field(form: &[u8]) -> Result<Cow<'_, str>, Refusal> {
    let mut fields = url::form_urlencoded::parse(form);
    fields.find_map(|(name, value)| (name == FIELD).then_some(value)).ok_or(Refusal::NoPayloadField)
}
