//! The door: webhooks come in, small events that are written down go on.
//!
//! In comes `POST /webhooks/github` as GitHub sends it. A delivery is let in if it is not too large ([`body`]), signed by
//! a holder of a live secret ([`signature`]), and readable ([`payload`]); what is not is refused in the API's words
//! ([`refusal`]). Out goes a [`crate::model::Delivery`] to the [`committer`], which writes many of them down in one
//! transaction; only then is it answered 202. No queue in memory ever holds the only copy of what was answered so.

mod body;
mod committer;
mod count;
mod handler;
mod headers;
mod letter;
mod payload;
mod refusal;
mod signature;

pub use body::MAX_BODY;
pub use committer::{Committer, Intake, NotTaken, open};
pub use signature::Secrets;

use crate::model::{Delivery, Event};
use actix_web::http::StatusCode;
use actix_web::web::{self, ServiceConfig};
use body::Reader;

/// Where GitHub sends its webhooks.
pub const PATH: &str = "/webhooks/github";

/// What the handler needs; one for all HTTP workers, cheap to clone.
#[derive(Clone, Debug)]
pub struct ReceiveState {
    secrets: Secrets,
    intakes: Intakes,
    reader: Reader,
}

/// Two, since an event about an installation or a repository changes rows that a planner may hold for a while: no push waits
/// for that.
#[derive(Clone, Debug)]
pub struct Intakes {
    pub pushes: Intake,
    pub others: Intake,
}

impl Intakes {
    fn of(&self, delivery: &Delivery) -> &Intake {
        if delivery.pushed().is_some() { &self.pushes } else { &self.others }
    }
}

impl ReceiveState {
    pub fn new(secrets: Secrets, intakes: Intakes) -> Self {
        Self { secrets, intakes, reader: Reader::default() }
    }
}

/// The codes of what is not taken, each with its status.
pub fn refusals() -> impl Iterator<Item = (&'static str, StatusCode)> {
    refusal::KINDS.into_iter()
}

/// What a payload tells, if it can be read; for those who try hostile ones.
pub fn read_payload(event: &str, json: &[u8]) -> Option<Event> {
    payload::read(event, json).ok().map(|(_, event)| event)
}

/// Adds the route.
pub fn configure(state: ReceiveState) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let resource = web::resource(PATH).route(web::post().to(handler::receive));
        config.app_data(web::Data::new(state)).service(resource.default_service(web::to(handler::refuse_method)));
    }
}

/// Adds the route for a server that has no App yet: GitHub lists what it refuses as failed.
pub fn configure_closed(config: &mut ServiceConfig) {
    let resource = web::resource(PATH).route(web::post().to(handler::refuse_early));
    config.service(resource.default_service(web::to(handler::refuse_method)));
}

#[cfg(test)]
mod tests;
